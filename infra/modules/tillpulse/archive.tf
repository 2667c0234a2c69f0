# Every counted event as it came, for questions of all kinds and for counting anew.

resource "google_bigquery_dataset" "archive" {
  #checkov:skip=CKV_GCP_81:Google's keys encrypt it unless var.kms_key names one, which could be lost, and the archive with it

  project     = var.project_id
  dataset_id  = "tillpulse"
  location    = var.bigquery_location
  description = "Events of Tillpulse as they were published"

  dynamic "default_encryption_configuration" {
    for_each = local.own_key
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_bigquery_table" "events" {
  #checkov:skip=CKV_GCP_121:It is protected unless the environment says that it may be destroyed, as staging does
  #checkov:skip=CKV_GCP_80:It has the key of its dataset, which is Google's unless var.kms_key names one

  project             = var.project_id
  dataset_id          = google_bigquery_dataset.archive.dataset_id
  table_id            = "events"
  description         = "One row for each delivery; the data is JSON, as bytes so that nothing can fail to be kept"
  deletion_protection = var.protect
  clustering          = ["subscription_name"]

  time_partitioning {
    type  = "DAY"
    field = "publish_time"
  }

  schema = jsonencode([
    { name = "subscription_name", type = "STRING", mode = "NULLABLE", description = "archive-<topic>" },
    { name = "message_id", type = "STRING", mode = "NULLABLE", description = "The same where a message was delivered twice" },
    { name = "publish_time", type = "TIMESTAMP", mode = "NULLABLE", description = "When Pub/Sub took it" },
    { name = "attributes", type = "STRING", mode = "NULLABLE", description = "JSON" },
    { name = "data", type = "BYTES", mode = "NULLABLE", description = "The event" },
  ])
}

resource "google_bigquery_dataset_iam_member" "archives" {
  project    = var.project_id
  dataset_id = google_bigquery_dataset.archive.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = local.pubsub_agent

  depends_on = [google_pubsub_topic.topic] # Pub/Sub's account exists once it was used
}

resource "google_pubsub_subscription" "archive" {
  for_each = local.archived

  project                    = var.project_id
  name                       = "archive-${each.value}"
  topic                      = google_pubsub_topic.topic[each.value].id
  message_retention_duration = "${local.delivery.messageRetentionDays * 86400}s"

  expiration_policy {
    ttl = "" # never
  }

  bigquery_config {
    table          = "${var.project_id}.${google_bigquery_dataset.archive.dataset_id}.${google_bigquery_table.events.table_id}"
    write_metadata = true
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  depends_on = [time_sleep.grants]
}
