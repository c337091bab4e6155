package io.weir.config;

import java.util.ArrayList;
import java.util.List;
import us.bpsm.edn.EdnException;
import us.bpsm.edn.EdnSyntaxException;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.Tag;
import us.bpsm.edn.parser.Scanner;
import us.bpsm.edn.parser.Scanners;
import us.bpsm.edn.parser.Token;
import us.bpsm.edn.util.CharClassify;

/**
 * EDN text to a tree with lines. The tokens are edn-java's; its parser, which forgets where a value stood, recurses
 * without a bound and evaluates tags, is not used.
 */
final class EdnReader {

    /** The deepest configuration nests eight levels. */
    private static final int MAX_DEPTH = 32;

    /** Twice ten thousand proxies with a route each; a value takes some fifty bytes. */
    private static final int MAX_VALUES = 1_000_000;

    private final EdnText text;
    private int values;
    private final Scanner scanner = Scanners.newScanner();

    private EdnReader(String text) {
        this.text = new EdnText(text);
    }

    /**
     * Reads a document of one value.
     *
     * @throws SyntaxException at the first place that is no EDN
     */
    static Edn read(String text) {
        return new EdnReader(text).document();
    }

    /** The text is no EDN from this line on. */
    static final class SyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        SyntaxException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    private sealed interface Form {}

    private record Value(Edn edn) implements Form {}

    /** A closing bracket, or the end of the text. */
    private record End(Token token, int line) implements Form {}

    private Edn document() {
        Edn document = switch (form(0)) {
            case Value value -> value.edn();
            case End(Token token, int line)
            when token == Token.END_OF_INPUT ->
                throw new SyntaxException(line, "the file is empty; a configuration is a map {:proxies […]}");
            case End end -> throw unopened(end);
        };
        return switch (form(0)) {
            case Value value ->
                throw new SyntaxException(
                        value.edn().line(),
                        "found " + value.edn().description()
                                + " after the end of the configuration; a file holds one map");
            case End(Token token, int line) when token == Token.END_OF_INPUT -> document;
            case End end -> throw unopened(end);
        };
    }

    private Form form(int depth) {
        while (true) {
            text.beginToken();
            int line = text.line();
            if (depth > MAX_DEPTH) {
                throw new SyntaxException(line, "nested deeper than " + MAX_DEPTH + " levels");
            }
            if (++values > MAX_VALUES) {
                throw new SyntaxException(line, "more than " + MAX_VALUES + " values");
            }
            Object token = scan(line);
            if (token == Token.DISCARD) {
                value("#_", line, depth);
                continue;
            }
            return token instanceof Token mark ? structure(mark, line, depth) : new Value(atom(token, line, depth));
        }
    }

    private Form structure(Token token, int line, int depth) {
        return switch (token) {
            case BEGIN_VECTOR -> new Value(new Edn.Vector(items('[', Token.END_VECTOR, line, depth), line));
            case BEGIN_MAP -> new Value(table(line, depth));
            case BEGIN_LIST -> {
                items('(', Token.END_LIST, line, depth);
                yield new Value(new Edn.Foreign("a list", line));
            }
            case BEGIN_SET -> {
                items('{', Token.END_MAP_OR_SET, line, depth);
                yield new Value(new Edn.Foreign("a set", line));
            }
            case NIL -> new Value(new Edn.Nil(line));
            case DEFAULT_NAMESPACE_FOLLOWS -> {
                value("#:", line, depth);
                value("a namespace", line, depth);
                yield new Value(new Edn.Foreign("a map with a namespace", line));
            }
            case END_VECTOR, END_LIST, END_MAP_OR_SET, END_OF_INPUT -> new End(token, line);
            case DISCARD -> throw new AssertionError("handled before");
        };
    }

    private Edn atom(Object token, int line, int depth) {
        return switch (token) {
            case String value -> new Edn.Text(value, line);
            case Long value -> new Edn.Whole(value, line);
            case Double value -> new Edn.Fraction(value, line);
            case Boolean value -> new Edn.Flag(value, line);
            case Keyword keyword -> new Edn.Word(nameOf(keyword, line), line);
            case Tag tag -> {
                value("the tag " + Excerpt.of(tag.toString()), line, depth);
                yield new Edn.Foreign("the tagged literal " + Excerpt.of(tag.toString()), line);
            }
            case Number number -> new Edn.Foreign("the number " + Excerpt.of(number.toString()), line);
            case Character character -> new Edn.Foreign("a character", line);
            default -> new Edn.Foreign("the symbol " + Excerpt.of(token.toString()), line);
        };
    }

    /** The scanner takes any character as the first of a keyword's name, also a bracket or a blank. */
    private static String nameOf(Keyword keyword, int line) {
        String name = keyword.toString().substring(1);
        if (!name.chars().allMatch(character -> CharClassify.symbolConstituent((char) character))) {
            throw new SyntaxException(
                    line,
                    "a keyword has no name, or '" + Excerpt.of(name)
                            + "' is none: keys are written without quotes, as in :port 80");
        }
        return name;
    }

    private Edn value(String after, int line, int depth) {
        return switch (form(depth + 1)) {
            case Value value -> value.edn();
            case End end -> throw new SyntaxException(line, after + " is followed by no value");
        };
    }

    private List<Edn> items(char open, Token close, int line, int depth) {
        List<Edn> items = new ArrayList<>();
        while (true) {
            switch (form(depth + 1)) {
                case Value value -> items.add(value.edn());
                case End end
                when end.token() == close -> {
                    return items;
                }
                case End end
                when end.token() == Token.END_OF_INPUT ->
                    throw new SyntaxException(end.line(), "the file ends inside the " + open + " of line " + line);
                case End end ->
                    throw new SyntaxException(
                            end.line(), "found " + bracket(end) + " inside the " + open + " of line " + line);
            }
        }
    }

    private Edn table(int line, int depth) {
        List<Edn> items = items('{', Token.END_MAP_OR_SET, line, depth);
        if (items.size() % 2 != 0) {
            Edn last = items.getLast();
            throw new SyntaxException(
                    line,
                    "a map has pairs of key and value; the last of this one, " + last.description() + " on line "
                            + last.line() + ", stands alone");
        }
        List<Edn.Entry> entries = new ArrayList<>();
        for (int i = 0; i < items.size(); i += 2) {
            entries.add(new Edn.Entry(items.get(i), items.get(i + 1)));
        }
        return new Edn.Table(entries, line);
    }

    private static SyntaxException unopened(End end) {
        return new SyntaxException(end.line(), "found " + bracket(end) + " that closes nothing");
    }

    private static String bracket(End end) {
        return switch (end.token()) {
            case END_VECTOR -> "]";
            case END_LIST -> ")";
            default -> "}";
        };
    }

    private Object scan(int line) {
        try {
            return scanner.nextToken(text);
        } catch (EdnSyntaxException refused) {
            throw new SyntaxException(line, sentence(refused));
        } catch (EdnException | NumberFormatException | ArithmeticException | AssertionError unexpected) {
            // The scanner checks less than it relies on: "1e+" and "a/b/c/d" end here.
            throw new SyntaxException(line, "a word that is neither a number nor a name");
        }
    }

    /** The library's words in the manner of ours. */
    private static String sentence(EdnSyntaxException refused) {
        String said = Excerpt.of(refused);
        return Character.toLowerCase(said.charAt(0)) + said.substring(1, said.length() - (said.endsWith(".") ? 1 : 0));
    }
}
