package io.weir;

/** Where the program begins. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.out.println("weir");
    }
}
