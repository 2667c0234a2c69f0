# Who changed or exported what, in a bucket of its own: nobody can change a line, and once the bucket is locked, nobody can
# delete it or shorten its retention.

resource "google_logging_project_bucket_config" "audit" {
  project        = var.project_id
  location       = var.region
  bucket_id      = "tillpulse-audit"
  description    = "Changes and exports of Tillpulse"
  retention_days = var.audit_retention_days
  locked         = var.audit_locked

  depends_on = [google_project_service.required]
}

resource "google_logging_project_sink" "audit" {
  project                = var.project_id
  name                   = "tillpulse-audit"
  description            = "Copies each audit line into its own bucket"
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.audit.id}"
  filter                 = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"audit\""
  unique_writer_identity = true
}
