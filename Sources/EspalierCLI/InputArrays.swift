internal import ModelIO

/// Numbers from NumPy files that must fit a model.
enum InputArrays {
  /// The numbers of a file, of which there must be `count`.
  ///
  /// - Parameter what: What they are one each of, for the message.
  static func read(_ path: String, count: Int, of what: String) throws -> [Double] {
    let numbers = try NPYReader.read(path: path).elements
    guard numbers.count == count else {
      throw refusal(path, "expected \(count) numbers, \(what), found \(numbers.count)")
    }
    return numbers
  }

  /// One input of a network.
  static func input(_ path: String, count: Int) throws -> [Double] {
    try read(path, count: count, of: "as the network has inputs")
  }

  /// Inputs of a network, one per row.
  static func inputs(_ path: String, count: Int) throws -> [[Double]] {
    let numbers = try NPYReader.read(path: path).elements
    guard numbers.count % count == 0 else {
      throw refusal(path, "expected rows of \(count) numbers, found \(numbers.count) numbers")
    }
    return stride(from: 0, to: numbers.count, by: count).map {
      Array(numbers[$0..<$0 + count])
    }
  }

  /// The error of a file whose numbers do not fit.
  static func refusal(_ path: String, _ reason: String) -> ModelError {
    ModelError(file: path, fault: .invalidDomain(reason: reason))
  }
}
