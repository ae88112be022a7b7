import StrictJSON

/// A place in a JSON document: keys and indices from the root on.
typealias JSONPath = [String]

extension JSONValue {
  /// The value at a path, if there is one.
  func value(at path: JSONPath) -> JSONValue? {
    guard let head = path.first else { return self }
    let rest = Array(path.dropFirst())
    switch self {
    case .object(let members):
      return members.first { $0.key == head }?.value.value(at: rest)
    case .array(let elements):
      guard let i = Int(head), elements.indices.contains(i) else { return nil }
      return elements[i].value(at: rest)
    case .null, .bool, .number, .string: return nil
    }
  }

  /// The document with another value at a path; nil removes it, a new key or index is appended.
  func replacing(_ path: JSONPath, with new: JSONValue?) -> JSONValue {
    guard let head = path.first else { return new ?? .null }
    let rest = Array(path.dropFirst())
    switch self {
    case .object(var members):
      let old = members.firstIndex { $0.key == head }
      let changed = rest.isEmpty ? new : old.map { members[$0].value.replacing(rest, with: new) }
      if let old { members.remove(at: old) }
      if let changed {
        members.insert(JSONMember(key: head, value: changed), at: old ?? members.count)
      }
      return .object(members)
    case .array(var elements):
      guard let i = Int(head) else { return self }
      guard i < elements.count else { return .array(elements + (new.map { [$0] } ?? [])) }
      if rest.isEmpty {
        if let new { elements[i] = new } else { elements.remove(at: i) }
      } else {
        elements[i] = elements[i].replacing(rest, with: new)
      }
      return .array(elements)
    case .null, .bool, .number, .string: return self
    }
  }

  /// The document with another value at a path written with points, such as `steps.0.side`.
  func replacing(_ path: String, with new: JSONValue?) -> JSONValue {
    replacing(path.split(separator: ".").map(String.init), with: new)
  }

  /// The path of every value in the document, the root first.
  var paths: [JSONPath] {
    switch self {
    case .object(let members):
      [[]] + members.flatMap { member in member.value.paths.map { [member.key] + $0 } }
    case .array(let elements):
      [[]] + elements.enumerated().flatMap { i, element in element.paths.map { ["\(i)"] + $0 } }
    case .null, .bool, .number, .string: [[]]
    }
  }
}
