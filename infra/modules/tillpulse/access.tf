# Each function runs as an account of its own, which may do what that function does and nothing else.

resource "google_service_account" "function" {
  for_each = local.functions

  project      = var.project_id
  account_id   = "fn-${each.key}"
  display_name = "Tillpulse: runs ${each.key}"

  depends_on = [google_project_service.required]
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = local.publishes

  project = var.project_id
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function[each.value.function].member
}

# Firestore knows no access by collection; the condition keeps to this database.
resource "google_project_iam_member" "stores" {
  for_each = { for name, function in local.functions : name => function if contains(function.environment, "FIRESTORE_DATABASE") }

  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "database-${google_firestore_database.ledger.name}"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.ledger.name}\""
  }
}

resource "google_project_iam_member" "connects_to_cache" {
  for_each = local.on_network

  project = var.project_id
  role    = "roles/memorystore.dbConnectionUser"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "instance-${google_memorystore_instance.cache.instance_id}"
    expression = "resource.name == \"${google_memorystore_instance.cache.id}\""
  }
}

# Where the cache is, and by which authority it is known.
resource "google_project_iam_member" "finds_cache" {
  for_each = local.on_network

  project = var.project_id
  role    = "roles/memorystore.viewer"
  member  = google_service_account.function[each.key].member
}

resource "google_project_iam_member" "traces" {
  for_each = { for name, function in local.functions : name => function if var.trace_share > 0 }

  project = var.project_id
  role    = "roles/cloudtrace.agent"
  member  = google_service_account.function[each.key].member
}

# Whoever calls a function with a subscription or a schedule: an account for that one function.
resource "google_service_account" "caller" {
  for_each = local.called

  project      = var.project_id
  account_id   = "call-${each.key}"
  display_name = "Tillpulse: calls ${each.key}"

  depends_on = [google_project_service.required]
}

resource "google_cloud_run_service_iam_member" "calls" {
  for_each = local.called

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.caller[each.key].member
}

# Pub/Sub signs the push requests in the caller's name.
resource "google_service_account_iam_member" "pubsub_signs" {
  for_each = local.subscribed

  service_account_id = google_service_account.caller[each.key].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

# Public functions check tokens or signatures themselves. An organisation that restricts members to its domains refuses
# this grant: make an exception for the project, or empty var.public_functions (infra/DEPLOY.md, "Without public functions").
resource "google_cloud_run_service_iam_member" "public" {
  #checkov:skip=CKV_GCP_102:Tills, browsers and payment providers have no Google account; these functions check a token or a signature

  for_each = local.public

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# Identity-Aware Proxy calls the dashboard in its own name. Its account exists once `gcloud beta services identity create` made it.
resource "google_cloud_run_service_iam_member" "iap" {
  for_each = toset(local.through_iap)

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = local.iap_agent
}

resource "google_cloud_run_service_iam_member" "invited" {
  for_each = local.invited

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.value.function].name
  role     = "roles/run.invoker"
  member   = each.value.member
}
