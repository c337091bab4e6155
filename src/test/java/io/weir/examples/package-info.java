/** The Java API by example: one for each of its parts, which the tests compile and run. They know what a user's program would. */
package io.weir.examples;
