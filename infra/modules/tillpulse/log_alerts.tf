# Alerts on single lines of the log; see alerts.tf.

locals {
  # {alert: {name, severity, content, says, filter, every}}: told of a line that `filter` finds, at most once in `every`.
  logged_alerts = {
    drift = {
      name     = "tallies differ from orders"
      severity = "CRITICAL"
      content  = "A recount of the orders disagrees with the dashboard. Compare and repair with `reconcile`."
      says     = "drift found"
      filter   = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"tallies reconciled\" AND severity>=ERROR"
      every    = "3600s"
    }
    missing_orders = {
      name     = "orders are missing"
      severity = "WARNING"
      content  = "Statuses came, and the creation of their orders did not: these orders count nowhere."
      says     = "statuses without their order for an hour"
      filter   = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"unpaid orders expired\" AND jsonPayload.missingOrders>0"
      every    = "86400s"
    }
    scheduler = {
      name     = "a scheduled run failed"
      severity = "WARNING"
      content  = "Cloud Scheduler got no good answer. It tries once more; the next run does the work that is left."
      says     = "scheduled run failed"
      filter   = "resource.type=\"cloud_scheduler_job\" AND severity>=ERROR AND resource.labels.job_id=(\"${join("\" OR \"", keys(local.scheduled))}\")"
      every    = "3600s"
    }
  }
}

resource "google_monitoring_alert_policy" "logged" {
  for_each = local.logged_alerts

  project               = var.project_id
  display_name          = "Tillpulse: ${each.value.name}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels

  conditions {
    display_name = each.value.says

    condition_matched_log {
      filter = each.value.filter
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = each.value.every
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.content} ${local.runbook}"
  }

  depends_on = [google_project_service.required]
}
