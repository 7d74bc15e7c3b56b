/**
 * From the target of a request to the application it is for. The path is brought into its normal
 * form here, once; every later station, and the upstream, sees only that.
 *
 * <p>May import: the JDK, {@code http1}, {@code core.access}.
 */
package dev.portcullis.gateway.route;
