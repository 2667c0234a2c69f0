# Publishers who may speak for one store alone. IAM grants a topic and knows no stores, so each of them has topics of
# its own, such as order-created.acme. Their subscriptions push to the functions of the topics that all share, and say
# in the address for which store; a function keeps an event of another store as a dead letter. No publisher can change
# the address. What they publish is archived, retried and watched as on the shared topics.

resource "google_pubsub_topic_iam_member" "tenant_publishes" {
  for_each = {
    for one in flatten([
      for name, topic in local.tenant_topics : [for member in topic.members : { topic = name, member = member }]
    ]) : "${one.topic}/${one.member}" => one
  }

  project = var.project_id
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

# Dead letters are replayed to the topic that they came from, so that the store is checked again.
resource "google_pubsub_topic_iam_member" "dashboard_replays" {
  for_each = local.tenant_topics

  project = var.project_id
  topic   = google_pubsub_topic.topic[each.key].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["dashboard"].member
}
