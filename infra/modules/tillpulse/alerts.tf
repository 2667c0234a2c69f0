# What each alert means and what to do is in infra/RUNBOOK.md, "Alerts", under the alert's name.

locals {
  runbook  = "See infra/RUNBOOK.md, \"Alerts\"."
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]
  handled  = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.events.name}\""
  serving  = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\" AND resource.labels.service_name = one_of(\"${join("\", \"", keys(local.functions))}\")"
  caching  = "resource.type = \"memorystore.googleapis.com/Instance\" AND resource.labels.instance_id = \"${google_memorystore_instance.cache.instance_id}\""

  # {alert: {name, severity, content, conditions}}: an alert tells when any of its conditions holds, or all with `all = true`.
  # A condition holds when what `filter` finds is above `above` for `lasts`; with `of`, its share of what `of` finds.
  # `each` is the period whose values `aligner` makes one, `reducer` joins series, and `by` keeps them apart.
  measured_alerts = {
    dead_letters = {
      name     = "a dead letter was kept"
      severity = "WARNING"
      content  = "A message can't be applied. It is kept; replay or discard it with `/dead-letters`."
      conditions = [{
        says    = "new dead letters"
        filter  = "${local.handled} AND metric.labels.outcome = \"kept\""
        above   = 0
        lasts   = "0s"
        each    = "300s"
        aligner = "ALIGN_SUM"
        reducer = "REDUCE_SUM"
      }]
    }
    backlog = {
      name     = "events wait"
      severity = "ERROR"
      content  = "Messages are not acknowledged: a function fails or can't keep up, or BigQuery refuses what is archived. Nothing is lost for ${local.delivery.messageRetentionDays} days."
      conditions = [{
        says    = "oldest unacknowledged message"
        filter  = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.labels.subscription_id = one_of(\"${join("\", \"", concat(keys(local.deliveries), [for topic in local.archived : "archive-${topic}"]))}\")"
        above   = var.backlog_alert_seconds
        lasts   = "300s"
        each    = "60s"
        aligner = "ALIGN_MAX"
        reducer = "REDUCE_MAX"
        by      = ["resource.label.subscription_id"]
      }]
    }
    deltas = {
      name     = "deltas wait"
      severity = "WARNING"
      content  = "Dashboards of hot stores trail by more than a minute. Nothing is lost."
      conditions = [{
        says    = "age of the oldest delta when folded"
        filter  = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.measured["tillpulse/delta_age"].name}\""
        above   = 60000
        lasts   = "300s"
        each    = "60s"
        aligner = "ALIGN_PERCENTILE_99"
        reducer = "REDUCE_MAX"
      }]
    }
    errors = {
      name     = "requests fail"
      severity = "ERROR"
      content  = "A function answers with errors."
      conditions = [{
        says    = "share of answers 5xx"
        filter  = "${local.serving} AND metric.labels.response_code_class = \"5xx\""
        of      = local.serving
        above   = var.error_alert_share
        lasts   = "300s"
        each    = "300s"
        aligner = "ALIGN_RATE"
        reducer = "REDUCE_SUM"
        by      = ["resource.label.service_name"]
      }]
    }
    failing_events = {
      name     = "events are not handled well"
      severity = "ERROR"
      content  = "Events of a function fail, or can't be applied. The chart of failures names the kind."
      conditions = [{
        says    = "share of events that failed or were refused"
        filter  = "${local.handled} AND metric.labels.outcome = one_of(\"retry\", \"dead_letter\")"
        of      = local.handled
        above   = var.error_alert_share
        lasts   = "300s"
        each    = "300s"
        aligner = "ALIGN_RATE"
        reducer = "REDUCE_SUM"
        by      = ["metric.label.function"]
      }]
    }
    lookups = {
      name     = "customer lookups fail"
      severity = "WARNING"
      content  = "Baskets end without an answer about their customer: the customer API refuses us, answers something else than expected, or is away."
      conditions = [{
        says    = "share of lookups that ended as FAILED"
        filter  = "${local.handled} AND metric.labels.lookup = \"FAILED\""
        of      = "${local.handled} AND metric.labels.lookup = one_of(\"FOUND\", \"NOT_FOUND\", \"FAILED\")"
        above   = var.error_alert_share
        lasts   = "300s"
        each    = "300s"
        aligner = "ALIGN_RATE"
        reducer = "REDUCE_SUM"
      }]
    }
    cards = {
      name     = "cards can't be updated"
      severity = "ERROR"
      content  = "Valkey does not take customers' cards. Orders are counted, and their events are delivered again until the cards are written."
      conditions = [{
        says    = "cards that could not be written"
        filter  = "${local.handled} AND metric.labels.cache = \"failed\""
        above   = 0
        lasts   = "300s"
        each    = "60s"
        aligner = "ALIGN_RATE"
        reducer = "REDUCE_SUM"
      }]
    }
    slow_cards = {
      name     = "cards are slow"
      severity = "WARNING"
      content  = "Customers' metrics take long to calculate, or their cards long to write."
      conditions = [for metric, does in { card_metrics = "calculating customers' metrics", card_update = "writing cards" } : {
        says    = "${does}, 95th percentile"
        filter  = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.measured["tillpulse/${metric}"].name}\""
        above   = var.card_alert_ms
        lasts   = "600s"
        each    = "300s"
        aligner = "ALIGN_DELTA"
        reducer = "REDUCE_PERCENTILE_95"
      }]
    }
    cache_full = {
      name     = "the cache is too small"
      severity = "WARNING"
      content  = "The cache evicts cards to make room. They are read from Firestore again, which costs and is slower."
      all      = true
      conditions = [
        {
          says    = "memory is used up"
          filter  = "${local.caching} AND metric.type = \"memorystore.googleapis.com/instance/memory/maximum_utilization\""
          above   = 0.9
          lasts   = "600s"
          each    = "60s"
          aligner = "ALIGN_MAX"
          reducer = "REDUCE_MAX"
        },
        {
          says    = "cards are evicted"
          filter  = "${local.caching} AND metric.type = \"memorystore.googleapis.com/instance/stats/total_evicted_keys_count\""
          above   = 0
          lasts   = "600s"
          each    = "60s"
          aligner = "ALIGN_DELTA"
          reducer = "REDUCE_SUM"
        },
      ]
    }
  }
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

resource "google_monitoring_alert_policy" "measured" {
  for_each = local.measured_alerts

  project               = var.project_id
  display_name          = "Tillpulse: ${each.value.name}"
  combiner              = try(each.value.all, false) ? "AND" : "OR"
  severity              = each.value.severity
  notification_channels = local.channels

  dynamic "conditions" {
    for_each = each.value.conditions

    content {
      display_name = conditions.value.says

      condition_threshold {
        filter             = conditions.value.filter
        denominator_filter = try(conditions.value.of, null)
        comparison         = "COMPARISON_GT"
        threshold_value    = conditions.value.above
        duration           = conditions.value.lasts

        aggregations {
          alignment_period     = conditions.value.each
          per_series_aligner   = conditions.value.aligner
          cross_series_reducer = conditions.value.reducer
          group_by_fields      = try(conditions.value.by, [])
        }

        dynamic "denominator_aggregations" {
          for_each = can(conditions.value.of) ? [1] : []

          content {
            alignment_period     = conditions.value.each
            per_series_aligner   = conditions.value.aligner
            cross_series_reducer = conditions.value.reducer
            group_by_fields      = try(conditions.value.by, [])
          }
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.content} ${local.runbook}"
  }

  depends_on = [time_sleep.metrics]
}
