/// A JSON document as it was written: numbers keep their text, members keep their order.
public indirect enum JSONValue: Hashable, Sendable {
  /// The literal `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as its source text (no value is read into it here).
  case number(String)
  /// A string, unescaped.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; the reader guarantees that no key stands twice.
  case object([JSONMember])

  /// An object from key and value pairs in the order given.
  public static func members(_ pairs: (String, JSONValue)...) -> JSONValue {
    .object(pairs.map { JSONMember(key: $0.0, value: $0.1) })
  }

  /// An integer written as a JSON number.
  public static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  /// The name of the JSON type, for messages.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// One key with its value in a JSON object.
public struct JSONMember: Hashable, Sendable {
  /// The unescaped key.
  public let key: String
  /// The value under that key.
  public let value: JSONValue

  /// A member from its two parts.
  public init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}
