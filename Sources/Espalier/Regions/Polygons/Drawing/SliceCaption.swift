/// The words of a picture that the slice itself does not know.
public struct SliceCaption: Hashable, Sendable {
  /// What is drawn, for instance the name of the model.
  public let title: String
  /// More about it, for instance the domain.
  public let subtitle: String
  /// The names of three points at `(0, 0)`, `(1, 0)`, `(0, 1)` of a plane; empty for others.
  public let pointNames: [String]

  /// A caption from its parts.
  public init(title: String, subtitle: String, pointNames: [String] = []) {
    self.title = title
    self.subtitle = subtitle
    self.pointNames = pointNames
  }
}
