package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;

/**
 * A gateway in a replica's row.
 *
 * @param instance which of its processes; empty when it did not say
 */
record ListedGateway(GatewayStanding standing, String instance) {}
