resource "google_compute_network" "private" {
  #checkov:skip=CKV2_GCP_18:It has no firewall rules, so nothing may come in; only our functions send, and only to the cache

  project                 = var.project_id
  name                    = "tillpulse"
  auto_create_subnetworks = false

  depends_on = [google_project_service.required]
}

# Where functions get addresses to reach the cache from: two to four for each instance while revisions change.
resource "google_compute_subnetwork" "functions" {
  #checkov:skip=CKV_GCP_26:Its one use is functions that ask the cache, and they log each outcome; flows would cost and say no more

  project                  = var.project_id
  region                   = var.region
  name                     = "tillpulse-functions"
  network                  = google_compute_network.private.id
  ip_cidr_range            = var.functions_cidr
  private_ip_google_access = true
}

# Where the cache's addresses come from.
resource "google_compute_subnetwork" "cache" {
  #checkov:skip=CKV_GCP_26:Its one use is the cache that functions ask, and they log each outcome; flows would cost and say no more

  project                  = var.project_id
  region                   = var.region
  name                     = "tillpulse-cache"
  network                  = google_compute_network.private.id
  ip_cidr_range            = var.cache_cidr
  private_ip_google_access = true
}

resource "google_network_connectivity_service_connection_policy" "cache" {
  project       = var.project_id
  location      = var.region
  name          = "tillpulse-cache"
  description   = "Lets Memorystore make its endpoints in this network"
  service_class = "gcp-memorystore"
  network       = google_compute_network.private.id

  psc_config {
    subnetworks = [google_compute_subnetwork.cache.id]
  }
}

resource "google_memorystore_instance" "cache" {
  project                     = var.project_id
  location                    = var.region
  instance_id                 = "tillpulse"
  mode                        = "CLUSTER_DISABLED"
  shard_count                 = 1
  node_type                   = var.cache_node_type
  replica_count               = var.cache_replicas
  engine_version              = "VALKEY_8_0"
  authorization_mode          = "IAM_AUTH"
  transit_encryption_mode     = "SERVER_AUTHENTICATION"
  deletion_protection_enabled = var.protect
  kms_key                     = one(local.own_key)

  # Every card is also in Firestore, and a lost count of a rate limit only lets more through: the least used may go.
  engine_configs = {
    maxmemory-policy = "allkeys-lru"
  }

  desired_auto_created_endpoints {
    network    = google_compute_network.private.id
    project_id = var.project_id
  }

  depends_on = [google_network_connectivity_service_connection_policy.cache]
}
