# What users may rely on, measured over 28 days, and alerts when what may be missed in 28 days would be gone in two or five.

locals {
  # The order functions, as log metrics label them: by entry point.
  counting = join(", ", [for function in values(local.subscribed) : "\"${function.entryPoint}\"" if startswith(function.name, "order-")])
  answers  = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\" resource.labels.service_name=one_of(\"${join("\", \"", keys(local.served))}\")"

  objectives = {
    availability = { name = "Answers are no errors", goal = 0.999 }
    exactness    = { name = "Recounted months agree with the dashboard", goal = 0.9999 }
    freshness    = { name = "Orders are counted within ${var.fresh_within_seconds} s of their publication", goal = 0.99 }
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
