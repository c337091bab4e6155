/**
 * Asks targets whether they are well, on virtual threads and without any of the engine's: single checks (TCP, HTTP, HTTPS)
 * and the schedule that repeats them. Follows the addresses of host names, too. Knows the model and the policy; what it
 * found it tells to the small interface it is given.
 */
package io.weir.probe;
