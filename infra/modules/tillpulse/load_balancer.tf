# One name for browsers, tills and payment providers, where var.domain is set: a load balancer that limits rates and
# bodies before they reach a function. The functions behind it no longer answer at their run.app addresses.

resource "google_compute_global_address" "domain" {
  count = local.balances

  project = var.project_id
  name    = "tillpulse"

  depends_on = [google_project_service.required]
}

# Issued once the domain's DNS record shows the address. Its name changes with the domain, so the new one comes first.
resource "google_compute_managed_ssl_certificate" "domain" {
  count = local.balances

  project = var.project_id
  name    = "tillpulse-${substr(sha1(var.domain), 0, 8)}"

  managed {
    domains = [var.domain]
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.required]
}

resource "google_compute_ssl_policy" "modern" {
  count = local.balances

  project         = var.project_id
  name            = "tillpulse"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.required]
}

resource "google_compute_region_network_endpoint_group" "function" {
  for_each = local.balanced

  project               = var.project_id
  region                = var.region
  name                  = "tillpulse-${each.key}"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloudfunctions2_function.function[each.key].name
  }
}

resource "google_compute_backend_service" "function" {
  for_each = local.balanced

  project               = var.project_id
  name                  = "tillpulse-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.edge[0].id

  backend {
    group = google_compute_region_network_endpoint_group.function[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = 1
  }

  iap {
    enabled = contains(local.through_iap, each.key)
  }

  depends_on = [google_cloud_run_service_iam_member.iap, google_cloud_run_service_iam_member.public]
}

resource "google_compute_url_map" "domain" {
  count = local.balances

  project         = var.project_id
  name            = "tillpulse"
  default_service = google_compute_backend_service.function["dashboard"].id

  host_rule {
    hosts        = [var.domain]
    path_matcher = "functions"
  }

  path_matcher {
    name            = "functions"
    default_service = google_compute_backend_service.function["dashboard"].id

    dynamic "path_rule" {
      for_each = local.paths

      content {
        paths   = path_rule.value
        service = google_compute_backend_service.function[path_rule.key].id
      }
    }
  }
}

resource "google_compute_target_https_proxy" "domain" {
  count = local.balances

  project          = var.project_id
  name             = "tillpulse"
  url_map          = google_compute_url_map.domain[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.domain[0].id]
  ssl_policy       = google_compute_ssl_policy.modern[0].id
}

resource "google_compute_global_forwarding_rule" "https" {
  count = local.balances

  project               = var.project_id
  name                  = "tillpulse-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.domain[0].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.domain[0].id
}

# Plain HTTP is sent to HTTPS.
resource "google_compute_url_map" "redirect" {
  count = local.balances

  project = var.project_id
  name    = "tillpulse-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "PERMANENT_REDIRECT"
    strip_query            = false
  }

  depends_on = [google_project_service.required]
}

resource "google_compute_target_http_proxy" "redirect" {
  count = local.balances

  project = var.project_id
  name    = "tillpulse"
  url_map = google_compute_url_map.redirect[0].id
}

resource "google_compute_global_forwarding_rule" "http" {
  count = local.balances

  project               = var.project_id
  name                  = "tillpulse-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.domain[0].id
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect[0].id
}

# Who passes Identity-Aware Proxy. What they see then is decided by var.iap_access.
resource "google_iap_web_backend_service_iam_member" "passes" {
  for_each = var.iap_members

  project             = var.project_id
  web_backend_service = google_compute_backend_service.function["dashboard"].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = each.value
}
