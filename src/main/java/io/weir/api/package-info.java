/**
 * The Java API: small blocking interfaces over the engine. Knows the model and the engine; the admin API and the command
 * line are thin layers over it.
 */
package io.weir.api;
