"""What handlers in Java take and return: JSON and objects, as Lambda's runtime converts them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from harness.cloud.java_code import JAVA, compiled, skip_without_jdk

ORDERS = """
import java.math.BigDecimal;
import java.util.*;
import com.amazonaws.services.lambda.runtime.*;

public class Orders extends Base<Orders.Order> {
  enum Status { OPEN, PAID }
  interface Shape { String getName(); }
  static class Line { Line(String text) {} }
  static class Entity {
    private String id;
    public String getId() { return id; }
    public void setId(String id) { this.id = id; }
  }
  public static class Order extends Entity {
    public BigDecimal price;
    public transient String secret = "kept";
    private int pieces;
    private boolean paid;
    private Status status = Status.OPEN;
    private Map<String, List<Long>> parts;
    private Optional<String> note = Optional.empty();
    private String hidden = "unset";
    private Order() {}
    public int getPieces() { return pieces; }
    public Order setPieces(int pieces) { this.pieces = pieces; return this; }
    public boolean isPaid() { return paid; }
    void setPaid(boolean paid) { this.paid = paid; }
    public Status getStatus() { return status; }
    public void setStatus(Status status) { this.status = status; }
    public Map<String, List<Long>> getParts() { return parts; }
    public void setParts(Map<String, List<Long>> parts) { this.parts = parts; }
    public Optional<String> getNote() { return note; }
    public void setNote(Optional<String> note) { this.note = note; }
    public String getHidden() { return hidden; }
    public String getURL() { return null; }
    public static String getNothing() { return "static"; }
    public String get() { return "no property"; }
    public void setBad(int bad) { throw new IllegalStateException("bad is " + bad); }
  }
  void change(Order order) { order.setPieces(order.getPieces() + 1); }
  public List<String> kinds(Map<String, Object> event) {
    List<String> names = new ArrayList<>();
    for (Object each : event.values()) {
      names.add(each == null ? "null" : each.getClass().getSimpleName());
    }
    return names;
  }
  public long[] numbers(long[] event) { return event; }
  public Set<Status> statuses(Set<Status> event) { return event; }
  public String text(String event) { return event; }
  public boolean truth(boolean event) { return event; }
  public Integer whole(Integer event) { return event; }
  public double decimal(double event) { return event; }
  public char letter(char event) { return event; }
  public Object nothing(Void event) { return event; }
  public Map<Status, BigDecimal> prices(TreeMap<Status, BigDecimal> event) { return event; }
  public Order order(Order event) { return event; }
  public Object list(AbstractList<String> event) { return event; }
  public Object shape(Shape event) { return event; }
  public Object line(Line event) { return event; }
  public Object any(Comparable<String> event) { return event; }
  public static class Broken {
    public String getName() { throw new IllegalStateException("no name"); }
  }
  public Broken broken(Map<String, Object> event) { return new Broken(); }
  public Object answer(Map<String, Object> event) { return new Locale("en"); }
}

abstract class Base<T> implements RequestHandler<Base.Page<T>, Base.Page<T>> {
  public static class Page<T> {
    private List<T> items;
    private byte[] token;
    private T[] spare;
    public List<T> getItems() { return items; }
    public void setItems(List<T> items) { this.items = items; }
    public byte[] getToken() { return token; }
    public void setToken(byte[] token) { this.token = token; }
    public T[] getSpare() { return spare; }
    public void setSpare(T[] spare) { this.spare = spare; }
  }
  abstract void change(T item);
  public Page<T> handleRequest(Page<T> page, Context context) {
    page.getItems().forEach(this::change);
    return page;
  }
}
"""

# Calls a handler for each line: its name, and an event.
CALLER = """
package appflowlocal;

import java.io.*;
import java.util.*;

public class Caller {
  public static void main(String[] none) throws Throwable {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    PrintStream output = new PrintStream(System.out, true, "UTF-8");
    for (String name = input.readLine(); name != null; name = input.readLine()) {
      byte[] event = input.readLine().getBytes("UTF-8");
      try {
        byte[] answer = Handler.of(name).answer(event, null);
        output.println("[null, " + new String(answer, "UTF-8") + "]");
      } catch (Throwable failure) {
        Object[] error = {failure.getClass().getName(), failure.getMessage()};
        output.println(JsonWriter.write(error));
      }
    }
  }
}
"""
FAILED = "java.lang.RuntimeException"


class Handlers:
    """A JVM that calls the methods of `Orders`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, method: str, event: object) -> tuple[str | None, Any]:
        """Call a method; return its error's type, if it fails, and its answer or message."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"Orders::{method}\n{json.dumps(event)}\n")
        self._process.stdin.flush()
        error, answer = json.loads(self._process.stdout.readline())
        return error, answer


@pytest.fixture(scope="module")
def handlers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handlers]:
    skip_without_jdk()
    folder = tmp_path_factory.mktemp("java")
    sources = {"Orders.java": ORDERS, "appflowlocal/Caller.java": CALLER}
    path = str(compiled(folder, sources, runtime=True))
    with subprocess.Popen(
        [*JAVA, "-cp", path, "appflowlocal.Caller"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        yield Handlers(process)
        assert process.stdin is not None
        process.stdin.close()


ORDER = {"pieces": 1, "paid": False, "status": "OPEN", "note": None, "hidden": "unset"}


def test_a_handler_takes_and_returns_objects_of_the_functions_own_classes(
    handlers: Handlers,
) -> None:
    full = {
        "id": "a",
        "price": 12.10,
        "pieces": "2",
        "paid": "true",
        "status": "PAID",
        "parts": {"x": [1, 2**40]},
        "note": "n",
        "hidden": "set",
        "secret": "set",
        "unknown": {"any": "thing"},
    }
    event = {"items": [full, {}, {"status": "LOST"}], "token": "AQI=", "spare": {}}
    error, answer = handlers.call("handleRequest", event)
    assert error is None, answer
    read = {**full, "pieces": 3, "paid": True, "hidden": "unset"}
    del read["secret"], read["unknown"]
    lost = {**ORDER, "pieces": 1}
    del lost["status"]
    spare = [{**ORDER, "pieces": 0}]
    assert answer == {"items": [read, ORDER, lost], "token": "AQI=", "spare": spare}


@pytest.mark.parametrize(
    ("method", "event", "expected"),
    [
        (
            "kinds",
            {"a": 1, "b": 2**40, "c": 2**70, "d": 1.5, "e": [], "f": {}, "g": None},
            ["Integer", "Long", "BigInteger", "Double", "ArrayList", "LinkedHashMap", "null"],
        ),
        ("numbers", [1, "2", 3.9], [1, 2, 3]),
        ("numbers", 7, [7]),
        ("statuses", ["PAID", "OPEN", "PAID", 1], ["PAID", "OPEN"]),
        ("text", 12, "12"),
        ("text", ["one"], "one"),
        ("text", None, None),
        ("truth", 1, True),
        ("truth", "False", False),
        ("truth", None, False),
        ("whole", "", None),
        ("decimal", "1e3", 1000.0),
        ("letter", "x", "x"),
        ("nothing", {"a": 1}, None),
        ("prices", {"PAID": "0.10", "OPEN": 3}, {"OPEN": 3, "PAID": 0.1}),
        ("list", "a", ["a"]),
        ("order", "", None),
        ("order", [], None),
        ("whole", "null", None),
        ("whole", [], None),
        ("whole", [None], None),
        ("letter", 120, "x"),
        ("numbers", "", None),
        ("text", 1e300, "1e+300"),
        ("statuses", ["1", "LOST"], ["PAID", None]),
        ("prices", {"PAID": ""}, {}),
        ("order", [{}], {**ORDER, "pieces": 0}),
    ],
)
def test_an_event_is_converted_to_what_the_handler_takes(
    handlers: Handlers, method: str, event: object, expected: object
) -> None:
    assert handlers.call(method, event) == (None, expected)


@pytest.mark.parametrize(
    ("method", "event", "message"),
    [
        ("text", {"a": 1}, "event is an object, which can't be read as java.lang.String"),
        ("numbers", [1, "two"], 'event[1] is "two", which can\'t be read as long'),
        ("numbers", [2**70], f"event[0] is {2**70}, which can't be read as long"),
        ("whole", [1, 2], "event is a list, which can't be read as java.lang.Integer"),
        ("whole", [[1]], "event is a list, which can't be read as java.lang.Integer"),
        ("text", [None], "event is a list, which can't be read as java.lang.String"),
        ("truth", [], "event is a list, which can't be read as boolean"),
        ("truth", 1.5, "event is 1.5, which can't be read as boolean"),
        ("numbers", "1", 'event is "1", which can\'t be read as long[]'),
        ("statuses", [True], "event[0] is true, which can't be read as Orders$Status"),
        ("whole", "1.5", 'event is "1.5", which can\'t be read as java.lang.Integer'),
        ("whole", True, "event is true, which can't be read as java.lang.Integer"),
        ("order", 5, "event is 5, which can't be read as Orders$Order"),
        ("order", {"parts": {"x": [{}]}}, "event.parts.x[0] is an object, which can't be read as"),
        ("order", {"bad": 4}, "bad is 4"),
        ("shape", {}, "Orders$Shape can't be made: it is abstract, or an inner class"),
        ("line", {}, "Orders$Line can't be made: it has no zero-argument constructor"),
    ],
)
def test_an_event_that_does_not_fit_is_an_error_that_names_the_place(
    handlers: Handlers, method: str, event: object, message: str
) -> None:
    error, answer = handlers.call(method, event)
    assert error == FAILED
    assert answer.startswith(f"An error occurred during JSON parsing: {message}")


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("any", "takes a java.lang.Comparable, which is a class of the JDK that"),
        ("answer", "The answer has a java.util.Locale, which is a class of the JDK that"),
    ],
)
def test_a_class_of_which_lambdas_rules_are_not_known_is_refused_by_name(
    handlers: Handlers, method: str, message: str
) -> None:
    error, answer = handlers.call(method, {})
    assert error == "java.lang.UnsupportedOperationException"
    assert message in answer


def test_a_getter_that_fails_is_named_with_its_reason(handlers: Handlers) -> None:
    error, answer = handlers.call("broken", {})
    assert error == "java.lang.IllegalStateException"
    assert answer == ("Orders$Broken can't be read: java.lang.IllegalStateException: no name")
