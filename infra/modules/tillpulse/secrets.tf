# Only the secrets' names. Their values are added by hand and are in no state, plan or file.

resource "google_secret_manager_secret" "secret" {
  for_each = local.secrets

  project   = var.project_id
  secret_id = lower(replace(each.value, "_", "-"))

  replication {
    dynamic "auto" {
      for_each = var.kms_key == "" ? [1] : []
      content {}
    }

    # One key serves one location.
    dynamic "user_managed" {
      for_each = local.own_key
      content {
        replicas {
          location = var.region

          customer_managed_encryption {
            kms_key_name = user_managed.value
          }
        }
      }
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = local.secret_reads

  project   = var.project_id
  secret_id = google_secret_manager_secret.secret[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}
