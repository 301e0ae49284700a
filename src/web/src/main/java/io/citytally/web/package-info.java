/**
 * The web application: the results for everyone to see, and the votes as citizens cast them.
 *
 * <p>It is handlers, a {@link io.citytally.web.Request} in and a {@link io.citytally.web.Response}
 * out, that know neither a server nor AWS Lambda; {@link io.citytally.web.WebApplication} puts them
 * together, and an adapter for each place where it runs is all that differs. It shares tables with
 * the job that counts, and nothing else: no Flink in here.
 */
package io.citytally.web;
