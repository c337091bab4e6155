package io.weir.libbpf;

import java.util.List;

/**
 * One entry of the type section, as it stands there.
 *
 * @param kind BTF_KIND_*
 * @param size bytes of a type that has a size
 * @param reference the type it refers to: target, alias, element
 * @param count elements of an array
 * @param members of structs (value: offset in bits), enums (value) and sections (type)
 */
record BtfType(int kind, String name, int size, int reference, int count, List<Member> members) {

    static final int VOID = 0;
    static final int INT = 1;
    static final int POINTER = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int RESTRICT = 11;
    static final int FUNCTION_PROTOTYPE = 13;
    static final int VARIABLE = 14;
    static final int SECTION = 15;
    static final int FLOAT = 16;
    static final int DECLARATION_TAG = 17;
    static final int TYPE_TAG = 18;
    static final int ENUM64 = 19;

    record Member(String name, int type, long value) {}

    boolean isEnum() {
        return kind == ENUM || kind == ENUM64;
    }

    /** Whether it only gives another type a name or a property. */
    boolean isAlias() {
        return kind == TYPEDEF || kind == VOLATILE || kind == CONST || kind == RESTRICT || kind == TYPE_TAG;
    }
}
