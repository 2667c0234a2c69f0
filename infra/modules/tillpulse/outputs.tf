output "urls" {
  description = "Where the HTTP functions answer: {function: address}."
  value = {
    for name in keys(local.served) : name =>
    contains(keys(local.balanced), name) ? "https://${var.domain}" : google_cloudfunctions2_function.function[name].service_config[0].uri
  }
}

output "public_functions" {
  description = "Functions that anybody may call without a Google account; they check tokens or signatures themselves."
  value       = sort(local.public)
}

output "address" {
  description = "What the domain's DNS record (A) must say; empty without a domain."
  value       = join("", google_compute_global_address.domain[*].address)
}

output "iap_audience" {
  description = "What iap_audience must be where iap_members pass Identity-Aware Proxy; empty without a domain."
  value       = join("", [for name, backend in google_compute_backend_service.function : "/projects/${data.google_project.this.number}/global/backendServices/${backend.generated_id}" if name == "dashboard"])
}

output "topics" {
  description = "Where to publish events: {topic: full name}; tenants have topics of their own."
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

output "region" {
  description = "Where the functions are."
  value       = var.region
}

output "objectives" {
  description = "Objectives whose budget `make shift` watches: {name: resource name}."
  value = {
    availability = google_monitoring_slo.availability.name
    freshness    = google_monitoring_slo.freshness.name
  }
}
