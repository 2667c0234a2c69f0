# Google Cloud takes minutes to know a new grant or metric everywhere, and refuses what needs it until then.
# A wait is made once, and again when one of its triggers changes.

# A grant takes about two minutes. Google checks these while it makes what they are for: a function's build and its secrets, and the archive's table.
resource "time_sleep" "grants" {
  create_duration = "120s"

  triggers = {
    archives            = google_bigquery_dataset_iam_member.archives.id
    build               = join(" ", [for grant in google_project_iam_member.build : grant.id])
    build_reads_sources = google_project_iam_member.build_reads_sources.id
    reads               = join(" ", [for grant in google_secret_manager_secret_iam_member.reads : grant.id])
  }
}

# An alert or an objective on a log metric is refused for up to ten minutes after the metric was made.
resource "time_sleep" "metrics" {
  create_duration = "600s"

  triggers = {
    events   = google_logging_metric.events.id
    measured = join(" ", [for metric in google_logging_metric.measured : metric.id])
    missing  = google_logging_metric.missing_orders.id
    recounts = join(" ", [for metric in google_logging_metric.recounts : metric.id])
  }
}
