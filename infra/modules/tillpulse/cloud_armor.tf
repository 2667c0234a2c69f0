# What one address may send to the load balancer.

resource "google_compute_security_policy" "edge" {
  #checkov:skip=CKV_GCP_73:Nothing here is written in Java, so there is no Log4j whose lookups a rule could stop

  count = local.balances

  project     = var.project_id
  name        = "tillpulse"
  description = "Bounds what one address may send"

  rule {
    priority    = 1000
    action      = "deny(403)"
    description = "Bodies longer than any that is read"

    match {
      expr {
        expression = "has(request.headers['content-length']) && int(request.headers['content-length']) > ${var.largest_body_bytes}"
      }
    }
  }

  # A provider sends the notices of all its shops from a few addresses.
  rule {
    priority    = 2000
    action      = "throttle"
    description = "Payment providers"

    match {
      expr {
        expression = "request.path.startsWith('/webhooks/')"
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 10 * var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    priority    = 3000
    action      = "throttle"
    description = "Everybody else"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  # Every policy must end with a rule for all; the one before it has decided by then.
  rule {
    priority    = 2147483647
    action      = "allow"
    description = "Default"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.required]
}
