internal import ArgumentParser
internal import Espalier

/// The values of `--color`.
enum DrawColor: String, ExpressibleByArgument, CaseIterable {
  case map, gradient, `class`, pattern

  /// What they mean.
  var coloring: SliceColoring {
    switch self {
    case .map: .map
    case .gradient: .gradient
    case .class: .class
    case .pattern: .pattern
    }
  }
}
