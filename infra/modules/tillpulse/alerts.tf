# What each alert means and what to do is in infra/RUNBOOK.md, under the alert's name.

locals {
  runbook  = "See infra/RUNBOOK.md, \"Alerts\"."
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]
  handled  = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.events.name}\""
  serving  = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\""
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project_id
  display_name = "Tillpulse: ${each.value}"
  type         = "email"

  labels = {
    email_address = each.value
  }

  depends_on = [google_project_service.required]
}

resource "google_monitoring_alert_policy" "dead_letters" {
  project               = var.project_id
  display_name          = "Tillpulse: a dead letter was kept"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "new dead letters"

    condition_threshold {
      filter          = "${local.handled} AND metric.labels.outcome = \"kept\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A message can't be applied. It is kept; replay or discard it with `/dead-letters`. ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}

resource "google_monitoring_alert_policy" "backlog" {
  project               = var.project_id
  display_name          = "Tillpulse: events wait"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "oldest unacknowledged message"

    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.labels.subscription_id = one_of(\"${join("\", \"", concat(keys(local.subscribed), keys(local.tenant_topics), [for topic in var.archived_topics : "archive-${topic}"], [for name, topic in local.tenant_topics : "archive-${name}" if contains(var.archived_topics, topic.topic)]))}\")"
      comparison      = "COMPARISON_GT"
      threshold_value = var.backlog_alert_seconds
      duration        = "300s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MAX"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.subscription_id"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Messages are not acknowledged: a function fails or can't keep up, or BigQuery refuses what is archived. Nothing is lost for ${local.delivery.messageRetentionDays} days. ${local.runbook}"
  }
}

resource "google_monitoring_alert_policy" "deltas" {
  project               = var.project_id
  display_name          = "Tillpulse: deltas wait"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "age of the oldest delta when folded"

    condition_threshold {
      filter          = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/tillpulse/delta_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = 60000
      duration        = "300s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_PERCENTILE_99"
        cross_series_reducer = "REDUCE_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Dashboards of hot stores trail by more than a minute. Nothing is lost. ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}

resource "google_monitoring_alert_policy" "errors" {
  project               = var.project_id
  display_name          = "Tillpulse: requests fail"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "share of answers 5xx"

    condition_threshold {
      filter             = "${local.serving} AND metric.labels.response_code_class = \"5xx\" AND resource.labels.service_name = one_of(\"${join("\", \"", keys(local.functions))}\")"
      denominator_filter = "${local.serving} AND resource.labels.service_name = one_of(\"${join("\", \"", keys(local.functions))}\")"
      comparison         = "COMPARISON_GT"
      threshold_value    = var.error_alert_share
      duration           = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }

      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A function answers with errors. ${local.runbook}"
  }
}

resource "google_monitoring_alert_policy" "drift" {
  project               = var.project_id
  display_name          = "Tillpulse: tallies differ from orders"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "drift found"

    condition_matched_log {
      filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"tallies reconciled\" AND severity>=ERROR"
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A recount of the orders disagrees with the dashboard. Compare and repair with `reconcile`. ${local.runbook}"
  }

  depends_on = [google_project_service.required]
}

resource "google_monitoring_alert_policy" "missing_orders" {
  project               = var.project_id
  display_name          = "Tillpulse: orders are missing"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "statuses without their order for an hour"

    condition_matched_log {
      filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"unpaid orders expired\" AND jsonPayload.missingOrders>0"
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "86400s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Statuses came, and the creation of their orders did not: these orders count nowhere. ${local.runbook}"
  }

  depends_on = [google_project_service.required]
}

resource "google_monitoring_alert_policy" "scheduler" {
  project               = var.project_id
  display_name          = "Tillpulse: a scheduled run failed"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "scheduled run failed"

    condition_matched_log {
      filter = "resource.type=\"cloud_scheduler_job\" AND severity>=ERROR AND resource.labels.job_id=(\"${join("\" OR \"", keys(local.scheduled))}\")"
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Cloud Scheduler got no good answer. It tries once more; the next run does the work that is left. ${local.runbook}"
  }

  depends_on = [google_project_service.required]
}

resource "google_monitoring_alert_policy" "failing_events" {
  project               = var.project_id
  display_name          = "Tillpulse: events are not handled well"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "share of events that failed or were refused"

    condition_threshold {
      filter             = "${local.handled} AND metric.labels.outcome = one_of(\"retry\", \"dead_letter\")"
      denominator_filter = local.handled
      comparison         = "COMPARISON_GT"
      threshold_value    = var.error_alert_share
      duration           = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["metric.label.function"]
      }

      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["metric.label.function"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Events of a function fail, or can't be applied. The chart of failures names the kind. ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}

resource "google_monitoring_alert_policy" "cards" {
  project               = var.project_id
  display_name          = "Tillpulse: cards can't be updated"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "cards that could not be written"

    condition_threshold {
      filter          = "${local.handled} AND metric.labels.cache = \"failed\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "300s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Valkey does not take customers' cards. Orders are counted, and their events are delivered again until the cards are written. ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}

resource "google_monitoring_alert_policy" "slow_cards" {
  project               = var.project_id
  display_name          = "Tillpulse: cards are slow"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  dynamic "conditions" {
    for_each = { card_metrics = "calculating customers' metrics", card_update = "writing cards" }

    content {
      display_name = "${conditions.value}, 95th percentile"

      condition_threshold {
        filter          = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.measured["tillpulse/${conditions.key}"].name}\""
        comparison      = "COMPARISON_GT"
        threshold_value = var.card_alert_ms
        duration        = "600s"

        aggregations {
          alignment_period     = "300s"
          per_series_aligner   = "ALIGN_DELTA"
          cross_series_reducer = "REDUCE_PERCENTILE_95"
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Customers' metrics take long to calculate, or their cards long to write. ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}
