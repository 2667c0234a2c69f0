locals {
  event_metric = "metric.type=\"logging.googleapis.com/user/tillpulse/events\" resource.type=\"cloud_run_revision\""

  # {title, filter, aligner, reducer, groups}, two in a row. With `of`: the share of what that filter finds.
  charts = [
    { title = "Events handled well, share", filter = "${local.event_metric} metric.label.outcome=one_of(\"applied\", \"duplicate\", \"ignored\")", of = local.event_metric, aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.function"] },
    { title = "Failures by kind, a second", filter = "${local.event_metric} metric.label.error!=\"\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.function", "metric.label.error"] },
    { title = "Events by outcome, a second", filter = local.event_metric, aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.outcome"] },
    { title = "Events by function, a second", filter = local.event_metric, aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.function"] },
    { title = "Time to handle an event, 95th percentile (ms)", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/event_duration\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", groups = ["metric.label.function"] },
    { title = "Age of an event when handled, 95th percentile (ms)", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/event_age\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", groups = ["metric.label.function"] },
    { title = "Age of a hot store's oldest delta when folded (ms)", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/delta_age\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_99", groups = [] },
    { title = "Cards in the cache, by outcome, a second", filter = "${local.event_metric} metric.label.cache!=\"\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.cache"] },
    { title = "Time to calculate customers' metrics, 95th percentile (ms)", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/card_metrics\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", groups = ["metric.label.function"] },
    { title = "Time to write cards, 95th percentile (ms)", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/card_update\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", groups = ["metric.label.function"] },
    { title = "Dead letters kept", filter = "${local.event_metric} metric.label.outcome=\"kept\"", aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", groups = [] },
    { title = "Orders of which only statuses are known", filter = "metric.type=\"logging.googleapis.com/user/tillpulse/missing_orders\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_99", groups = [] },
    { title = "Oldest unacknowledged message (s)", filter = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" resource.type=\"pubsub_subscription\"", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", groups = ["resource.label.subscription_id"] },
    { title = "Undelivered messages", filter = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" resource.type=\"pubsub_subscription\"", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", groups = ["resource.label.subscription_id"] },
    { title = "Answers by class, a second", filter = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["resource.label.service_name", "metric.label.response_code_class"] },
    { title = "Latency of answers, 95th percentile (ms)", filter = "metric.type=\"run.googleapis.com/request_latencies\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", groups = ["resource.label.service_name"] },
    { title = "Customer lookups, a second", filter = "${local.event_metric} metric.label.function=\"basket_started\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", groups = ["metric.label.lookup"] },
    { title = "Instances", filter = "metric.type=\"run.googleapis.com/container/instance_count\" resource.type=\"cloud_run_revision\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", groups = ["resource.label.service_name"] },
  ]

  aggregations = [
    for chart in local.charts : {
      alignmentPeriod    = "60s"
      perSeriesAligner   = chart.aligner
      crossSeriesReducer = chart.reducer
      groupByFields      = chart.groups
    }
  ]
}

resource "google_monitoring_dashboard" "overview" {
  project = var.project_id

  dashboard_json = jsonencode({
    displayName = "Tillpulse"
    mosaicLayout = {
      columns = 48
      tiles = [
        for position, chart in local.charts : {
          xPos   = (position % 2) * 24
          yPos   = floor(position / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType = "LINE"
                timeSeriesQuery = {
                  for kind, query in {
                    timeSeriesFilter = { filter = chart.filter, aggregation = local.aggregations[position] }
                    timeSeriesFilterRatio = {
                      numerator   = { filter = chart.filter, aggregation = local.aggregations[position] }
                      denominator = { filter = try(chart.of, ""), aggregation = local.aggregations[position] }
                    }
                  } : kind => query if can(chart.of) == (kind == "timeSeriesFilterRatio")
                }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_logging_metric.events, google_logging_metric.measured, google_logging_metric.missing_orders]
}
