/// Why a text is not the JSON that was expected.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where: a line and column in the text, or a path such as `$.domain.box`.
  public let place: String
  /// What is wrong there: expected and found.
  public let reason: String

  /// An error at a place.
  public init(place: String, reason: String) {
    self.place = place
    self.reason = reason
  }

  public var description: String { "\(place): \(reason)" }
}
