public import NeuralNetwork

/// What is wrong with a file; `ModelError` adds which file.
public enum ModelFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(reason: String)
  /// The name does not end in a format that is read.
  case unknownFormat(expected: String)
  /// A published limit is exceeded.
  case overLimit(place: String, limit: Int, found: String)
  /// The bytes do not follow the format.
  case malformed(place: String, reason: String)
  /// The graph has nodes that cannot be read: all of them.
  case unsupportedNodes([UnsupportedNode])
  /// The file is well formed but says something that cannot be read.
  case unsupported(place: String, reason: String)
  /// The graph is not one chain from its input to its output.
  case notAChain(place: String, reason: String)
  /// A tensor is not usable.
  case badTensor(name: String, reason: String)
  /// Two shapes that must fit do not.
  case shapeMismatch(place: String, expected: String, found: String)
  /// External data is refused or missing.
  case externalData(tensor: String, reason: String)
  /// The layers do not make a network.
  case invalidNetwork(NetworkError)
  /// The file describes no usable input domain.
  case invalidDomain(reason: String)
  /// A network cannot be written in place of the model that was read.
  case notWritable(place: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let reason): "cannot read the file: \(reason)"
    case .unknownFormat(let expected):
      "unknown file format: expected a name ending in \(expected)"
    case .overLimit(let place, let limit, let found):
      "\(place): expected at most \(limit), found \(found)"
    case .malformed(let place, let reason): "\(place): \(reason)"
    case .unsupportedNodes(let nodes): Self.list(nodes)
    case .unsupported(let place, let reason): "\(place): \(reason)"
    case .notAChain(let place, let reason):
      "\(place): \(reason); expected one chain of layers without branches"
    case .badTensor(let name, let reason): "tensor \(name): \(reason)"
    case .shapeMismatch(let place, let expected, let found):
      "\(place): expected \(expected), found \(found)"
    case .externalData(let tensor, let reason): "external data of tensor \(tensor): \(reason)"
    case .invalidNetwork(let error): error.description
    case .invalidDomain(let reason): reason
    case .notWritable(let place, let reason): "cannot write \(place): \(reason)"
    }
  }

  private static func list(_ nodes: [UnsupportedNode]) -> String {
    let shown = nodes.prefix(ModelLimits.shownNodes).map(\.description).joined(separator: ", ")
    let rest = nodes.count - ModelLimits.shownNodes
    return "\(nodes.count) \(nodes.count == 1 ? "node" : "nodes") cannot be read: \(shown)"
      + (rest > 0 ? " and \(rest) more" : "")
      + "; supported are fully connected ReLU networks"
  }
}
