# What users may rely on, measured over 28 days, and alerts while the rest of the budget would be gone in days.

locals {
  # The order functions, as log metrics label them: by entry point.
  counting = join(", ", [for function in values(local.subscribed) : "\"${function.entryPoint}\"" if startswith(function.name, "order-")])
  answers  = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\" resource.labels.service_name=one_of(\"${join("\", \"", keys(local.served))}\")"

  objectives = {
    availability = { name = "Answers are no errors", goal = 0.999 }
    exactness    = { name = "Recounted months agree with the dashboard", goal = 0.9999 }
    freshness    = { name = "Orders are counted ${var.fresh_within_seconds} s after they were published", goal = 0.99 }
  }

  # As in Google's SRE workbook: two percent of the budget in an hour, five percent in six.
  burns = {
    for pair in setproduct(["availability", "freshness"], ["fast", "slow"]) : "${pair[0]}-${pair[1]}" => {
      objective = pair[0]
      speed     = pair[1]
      window    = pair[1] == "fast" ? "3600s" : "21600s"
      rate      = pair[1] == "fast" ? 14.4 : 6
    }
  }
}

resource "google_monitoring_custom_service" "tillpulse" {
  project      = var.project_id
  service_id   = "tillpulse"
  display_name = "Tillpulse"

  depends_on = [google_project_service.required]
}

resource "google_monitoring_slo" "availability" {
  project             = var.project_id
  service             = google_monitoring_custom_service.tillpulse.service_id
  slo_id              = "availability"
  display_name        = local.objectives.availability.name
  goal                = local.objectives.availability.goal
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      bad_service_filter   = "${local.answers} metric.labels.response_code_class=\"5xx\""
      total_service_filter = local.answers
    }
  }
}

# An event that is tried again counts at each attempt, as late as it is by then.
resource "google_monitoring_slo" "freshness" {
  project             = var.project_id
  service             = google_monitoring_custom_service.tillpulse.service_id
  slo_id              = "freshness"
  display_name        = local.objectives.freshness.name
  goal                = local.objectives.freshness.goal
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"logging.googleapis.com/user/tillpulse/event_age\" resource.type=\"cloud_run_revision\" metric.labels.function=one_of(${local.counting})"

      range {
        max = 1000 * var.fresh_within_seconds
      }
    }
  }

  depends_on = [time_sleep.metrics]
}

# Of the months that are recounted every night, all should agree; 0.9999 is as much as an objective may say. The alert on
# drift comes at once, so this one has none.
resource "google_monitoring_slo" "exactness" {
  project             = var.project_id
  service             = google_monitoring_custom_service.tillpulse.service_id
  slo_id              = "exactness"
  display_name        = local.objectives.exactness.name
  goal                = local.objectives.exactness.goal
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      bad_service_filter   = "metric.type=\"logging.googleapis.com/user/tillpulse/drifted\" resource.type=\"cloud_run_revision\""
      total_service_filter = "metric.type=\"logging.googleapis.com/user/tillpulse/reconciled\" resource.type=\"cloud_run_revision\""
    }
  }

  depends_on = [time_sleep.metrics]
}

resource "google_monitoring_alert_policy" "burns" {
  for_each = local.burns

  project               = var.project_id
  display_name          = "Tillpulse: ${each.value.objective} runs out, ${each.value.speed}"
  combiner              = "OR"
  severity              = each.value.speed == "fast" ? "CRITICAL" : "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "budget burns ${each.value.rate} times as fast as it may"

    condition_threshold {
      filter          = "select_slo_burn_rate(\"${each.value.objective == "freshness" ? google_monitoring_slo.freshness.name : google_monitoring_slo.availability.name}\", \"${each.value.window}\")"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.rate
      duration        = "0s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "The objective \"${local.objectives[each.value.objective].name}\" is missed so often that its budget of 28 days is gone in ${each.value.speed == "fast" ? "two days" : "five days"}. ${local.runbook}"
  }
}

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

resource "google_monitoring_alert_policy" "cache_full" {
  project               = var.project_id
  display_name          = "Tillpulse: the cache is too small"
  combiner              = "AND"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "memory is used up"

    condition_threshold {
      filter          = "resource.type = \"memorystore.googleapis.com/Instance\" AND metric.type = \"memorystore.googleapis.com/instance/memory/maximum_utilization\" AND resource.labels.instance_id = \"${google_memorystore_instance.cache.instance_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.9
      duration        = "600s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MAX"
        cross_series_reducer = "REDUCE_MAX"
      }
    }
  }

  conditions {
    display_name = "cards are evicted"

    condition_threshold {
      filter          = "resource.type = \"memorystore.googleapis.com/Instance\" AND metric.type = \"memorystore.googleapis.com/instance/stats/total_evicted_keys_count\" AND resource.labels.instance_id = \"${google_memorystore_instance.cache.instance_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "600s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "The cache evicts cards to make room. They are read from Firestore again, which costs and is slower. ${local.runbook}"
  }
}
