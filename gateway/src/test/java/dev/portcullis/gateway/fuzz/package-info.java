/**
 * Properties of everything that reads what strangers send: run with seeds by the tests, and guided
 * by coverage for as long as one likes. docs/protection.md says how.
 */
package dev.portcullis.gateway.fuzz;
