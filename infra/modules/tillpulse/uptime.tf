# Google asks the public functions from outside once a minute.

locals {
  # Questions that our code alone answers, as in infra/smoke.py.
  probes = {
    dashboard = { method = "GET", path = "/health", status = 200, body = null }
    graphql   = { method = "POST", path = "/graphql", status = 401, body = base64encode("{}") }
    payments  = { method = "POST", path = "/webhooks/payments/nobody", status = 404, body = base64encode("{}") }
  }
}

resource "google_monitoring_uptime_check_config" "function" {
  for_each = { for name, probe in local.probes : name => probe if contains(local.public, name) }

  project            = var.project_id
  display_name       = "Tillpulse: ${each.key}"
  period             = "60s"
  timeout            = "10s"
  log_check_failures = true

  http_check {
    request_method      = each.value.method
    path                = each.value.path
    port                = 443
    use_ssl             = true
    validate_ssl        = true
    body                = each.value.body
    content_type        = each.value.body == null ? null : "USER_PROVIDED"
    custom_content_type = each.value.body == null ? null : "application/json"

    accepted_response_status_codes {
      status_value = each.value.status
    }
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project_id
      host       = contains(keys(local.balanced), each.key) ? var.domain : trimprefix(google_cloudfunctions2_function.function[each.key].service_config[0].uri, "https://")
    }
  }

  depends_on = [google_cloud_run_service_iam_member.public, google_compute_global_forwarding_rule.https]
}

resource "google_monitoring_alert_policy" "unreachable" {
  for_each = google_monitoring_uptime_check_config.function

  project               = var.project_id
  display_name          = "Tillpulse: ${each.key} is unreachable"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "checks from two regions fail"

    condition_threshold {
      filter          = "metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\" AND resource.type = \"uptime_url\" AND metric.labels.check_id = \"${each.value.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"

      aggregations {
        alignment_period     = "120s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Google's checks can't reach ${each.key}. After a first deploy with a domain, its certificate may not be issued yet. ${local.runbook}"
  }
}
