/// Takes the members of a JSON object one by one and refuses what nobody asked for.
///
/// The place of every error is a path such as `$.steps[3].tree`.
public struct JSONObjectReader {
  /// The path of the object, for messages.
  public let path: String
  private var members: [String: JSONValue]

  /// Opens `value`, which must be an object.
  public init(_ value: JSONValue, path: String) throws(JSONError) {
    guard case .object(let list) = value else {
      throw JSONError(place: path, reason: "expected an object, found \(value.typeName)")
    }
    self.path = path
    var members: [String: JSONValue] = [:]
    for member in list { members[member.key] = member.value }
    self.members = members
  }

  /// Takes a member that must be there.
  public mutating func take(_ key: String) throws(JSONError) -> JSONValue {
    guard let value = members.removeValue(forKey: key) else {
      throw JSONError(place: path, reason: "the member \"\(key)\" is missing")
    }
    return value
  }

  /// Takes a member that may be absent.
  public mutating func takeIfPresent(_ key: String) -> JSONValue? {
    members.removeValue(forKey: key)
  }

  /// Takes a member that must be a string.
  public mutating func takeString(_ key: String) throws(JSONError) -> String {
    try take(key).asString(path: "\(path).\(key)")
  }

  /// Takes a member that must be an array.
  public mutating func takeArray(_ key: String) throws(JSONError) -> [JSONValue] {
    try take(key).asArray(path: "\(path).\(key)")
  }

  /// Takes a member that must be an integer from zero to 2^53.
  public mutating func takeCount(_ key: String) throws(JSONError) -> Int {
    try take(key).asCount(path: "\(path).\(key)")
  }

  /// Refuses members that were not taken.
  public func finish() throws(JSONError) {
    if let key = members.keys.min() {
      throw JSONError(place: path, reason: "unknown member \"\(key)\"")
    }
  }
}

extension JSONValue {
  /// The text of a string value.
  public func asString(path: @autoclosure () -> String) throws(JSONError) -> String {
    guard case .string(let text) = self else {
      throw JSONError(place: path(), reason: "expected a string, found \(typeName)")
    }
    return text
  }

  /// The elements of an array value.
  public func asArray(path: @autoclosure () -> String) throws(JSONError) -> [JSONValue] {
    guard case .array(let elements) = self else {
      throw JSONError(place: path(), reason: "expected an array, found \(typeName)")
    }
    return elements
  }

  /// The value of a number that is an integer from zero to 2^53.
  public func asCount(path: @autoclosure () -> String) throws(JSONError) -> Int {
    guard case .number(let text) = self, let value = Int(text), (0...1 << 53).contains(value),
      text != "-0"
    else {
      throw JSONError(
        place: path(), reason: "expected a whole number from 0 on, found \(typeName)")
    }
    return value
  }
}
