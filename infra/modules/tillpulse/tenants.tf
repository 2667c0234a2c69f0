# Publishers who may speak for one store alone. IAM grants a topic and knows no stores, so each of them has topics of
# its own, such as order-created.acme. Their subscriptions push to the functions of the topics that all share, and say
# in the address for which store; a function keeps an event of another store as a dead letter. No publisher can change
# the address. What they publish is archived, retried and watched as on the shared topics.

resource "google_pubsub_topic" "tenant" {
  #checkov:skip=CKV_GCP_83:Google's keys encrypt it unless var.kms_key names one, which would stop every event if it were lost

  for_each = local.tenant_topics

  project      = var.project_id
  name         = each.key
  kms_key_name = one(local.own_key)

  depends_on = [google_project_service.required]
}

resource "google_pubsub_topic_iam_member" "tenant_publishes" {
  for_each = {
    for one in flatten([
      for name, topic in local.tenant_topics : [for member in topic.members : { topic = name, member = member }]
    ]) : "${one.topic}/${one.member}" => one
  }

  project = var.project_id
  topic   = google_pubsub_topic.tenant[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

# Dead letters are replayed to the topic that they came from, so that the store is checked again.
resource "google_pubsub_topic_iam_member" "dashboard_replays" {
  for_each = local.tenant_topics

  project = var.project_id
  topic   = google_pubsub_topic.tenant[each.key].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["dashboard"].member
}

resource "google_pubsub_subscription" "tenant" {
  for_each = local.tenant_topics

  project                    = var.project_id
  name                       = each.key
  topic                      = google_pubsub_topic.tenant[each.key].id
  ack_deadline_seconds       = local.delivery.ackDeadlineSeconds
  message_retention_duration = "${local.delivery.messageRetentionDays * 86400}s"

  expiration_policy {
    ttl = "" # never
  }

  push_config {
    push_endpoint = "${google_cloudfunctions2_function.function[each.value.topic].service_config[0].uri}/projects/${var.project_id}/topics/${each.key}?store=${urlencode(each.value.store_id)}"

    oidc_token {
      service_account_email = google_service_account.caller[each.value.topic].email
      audience              = google_cloudfunctions2_function.function[each.value.topic].service_config[0].uri
    }
  }

  retry_policy {
    minimum_backoff = "${local.delivery.minimumBackoffSeconds}s"
    maximum_backoff = "${local.delivery.maximumBackoffSeconds}s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.topic[local.delivery.deadLetterTopic].id
    max_delivery_attempts = local.delivery.maxDeliveryAttempts
  }

  depends_on = [
    google_cloud_run_service_iam_member.calls,
    google_pubsub_topic_iam_member.forwards_dead_letters,
    google_service_account_iam_member.pubsub_signs,
  ]
}

resource "google_pubsub_subscription_iam_member" "tenant_acknowledges_dead_letters" {
  for_each = local.tenant_topics

  project      = var.project_id
  subscription = google_pubsub_subscription.tenant[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

resource "google_pubsub_subscription" "tenant_archive" {
  for_each = { for name, topic in local.tenant_topics : name => topic if contains(var.archived_topics, topic.topic) }

  project                    = var.project_id
  name                       = "archive-${each.key}"
  topic                      = google_pubsub_topic.tenant[each.key].id
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
