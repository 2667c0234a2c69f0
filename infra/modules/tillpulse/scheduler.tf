resource "google_cloud_scheduler_job" "job" {
  for_each = local.scheduled

  project          = var.project_id
  region           = var.region
  name             = each.key
  description      = "Calls ${each.key}"
  schedule         = each.value.trigger.schedule
  time_zone        = var.schedule_timezone
  attempt_deadline = "${each.value.timeoutSeconds}s" # at most 30 minutes

  # The next run does what this one left.
  retry_config {
    retry_count = 1
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.function[each.key].service_config[0].uri}/"

    oidc_token {
      service_account_email = google_service_account.caller[each.key].email
      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_service_iam_member.calls]
}
