# Push subscriptions of our own: Terraform can give the one that Eventarc makes no dead-letter topic, and it keeps a day.
# No schemas on the topics: Pub/Sub knows Avro and Protocol Buffers, and an event is JSON with fields to come.

resource "google_pubsub_topic" "topic" {
  #checkov:skip=CKV_GCP_83:Google's keys encrypt it unless var.kms_key names one, which would stop every event if it were lost

  for_each = setunion(local.topics, keys(local.tenant_topics))

  project      = var.project_id
  name         = each.value
  kms_key_name = one(local.own_key)

  depends_on = [google_project_service.required]
}

resource "google_pubsub_subscription" "push" {
  for_each = local.deliveries

  project                    = var.project_id
  name                       = each.key
  topic                      = google_pubsub_topic.topic[each.value.topic].id
  ack_deadline_seconds       = local.delivery.ackDeadlineSeconds
  message_retention_duration = "${local.delivery.messageRetentionDays * 86400}s"

  expiration_policy {
    ttl = "" # never
  }

  push_config {
    # functions-framework reads the topic from the path: the push body does not name it.
    push_endpoint = "${google_cloudfunctions2_function.function[each.value.function].service_config[0].uri}/projects/${var.project_id}/topics/${each.value.topic}${each.value.query}"

    oidc_token {
      service_account_email = google_service_account.caller[each.value.function].email
      audience              = google_cloudfunctions2_function.function[each.value.function].service_config[0].uri
    }
  }

  retry_policy {
    minimum_backoff = "${local.delivery.minimumBackoffSeconds}s"
    maximum_backoff = "${local.delivery.maximumBackoffSeconds}s"
  }

  # The keeper of dead letters has none of its own: a letter it can't keep comes again.
  dynamic "dead_letter_policy" {
    for_each = each.value.topic == local.delivery.deadLetterTopic ? [] : [1]

    content {
      dead_letter_topic     = google_pubsub_topic.topic[local.delivery.deadLetterTopic].id
      max_delivery_attempts = local.delivery.maxDeliveryAttempts
    }
  }

  depends_on = [
    google_cloud_run_service_iam_member.calls,
    google_pubsub_topic_iam_member.forwards_dead_letters,
    google_service_account_iam_member.pubsub_signs,
  ]
}

# What a dead-letter policy needs, and silently does nothing without.
resource "google_pubsub_topic_iam_member" "forwards_dead_letters" {
  project = var.project_id
  topic   = google_pubsub_topic.topic[local.delivery.deadLetterTopic].name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "acknowledges_dead_letters" {
  for_each = { for name, one in local.deliveries : name => one if one.topic != local.delivery.deadLetterTopic }

  project      = var.project_id
  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
