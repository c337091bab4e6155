package io.weir.admin;

import io.weir.admin.Views.InterfaceView;
import java.util.List;

/** Where the data path is attached. */
final class InterfaceRoutes {

    private final Node node;

    InterfaceRoutes(Node node) {
        this.node = node;
    }

    /** @param interfaces names, at least one */
    record InterfacesView(List<String> interfaces) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                                "interfaces",
                                "All interfaces that are wanted, with how they are attached or why they are not")
                        .answers(Shape.listOf(InterfaceView.class))
                        .by(request -> Answer.ok(all())),
                Route.post("interfaces", "Attach the data path to interfaces")
                        .takes(Shape.of(InterfacesView.class))
                        .answers(Shape.listOf(InterfaceView.class))
                        .by(this::attach),
                Route.delete("interfaces/{name}", "Take the data path off an interface until it is attached again")
                        .with("name", "of the interface")
                        .by(this::detach));
    }

    private List<InterfaceView> all() {
        return node.operations().interfaces().list().stream().map(Views::of).toList();
    }

    private Answer attach(Request request) {
        Fields fields = request.fields();
        List<String> names = fields.texts("interfaces", "write a list of interface names, at least one");
        fields.close();
        node.operations().interfaces().attach(names);
        return Answer.ok(all());
    }

    private Answer detach(Request request) {
        String name = request.path("name");
        node.operations().interfaces().detach(List.of(name));
        return Answer.done("the data path is off " + name + " until it is attached again");
    }
}
