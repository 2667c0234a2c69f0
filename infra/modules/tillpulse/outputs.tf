output "urls" {
  description = "Where the HTTP functions answer: {function: address}."
  value       = { for name in keys(local.served) : name => google_cloudfunctions2_function.function[name].service_config[0].uri }
}

output "topics" {
  description = "Where to publish events: {topic: full name}."
  value       = { for name, topic in google_pubsub_topic.topic : name => topic.id }
}

output "firestore_database" {
  description = "The database with ledger and tallies."
  value       = google_firestore_database.ledger.name
}

output "cache_instance" {
  description = "Full name of the Memorystore instance."
  value       = google_memorystore_instance.cache.id
}

output "secrets" {
  description = "Names of the secrets that take a version by hand: {environment variable: secret}."
  value       = { for name, secret in google_secret_manager_secret.secret : name => secret.secret_id }
}

output "secrets_missing" {
  description = "Secrets that no function is given yet, because secret_versions names no version of them."
  value       = sort(setsubtract(local.secrets, keys(var.secret_versions)))
}

output "archive_table" {
  description = "Where the events are kept in BigQuery."
  value       = "${var.project_id}.${google_bigquery_dataset.archive.dataset_id}.${google_bigquery_table.events.table_id}"
}

output "monitoring_dashboard" {
  description = "Resource name of the dashboard in Cloud Monitoring."
  value       = google_monitoring_dashboard.overview.id
}
