internal import CBCShim
internal import MILP

/// What CBC tells while it searches, and whether that ends the search.
final class SearchListener {
  /// Why the search was ended from here.
  enum Stop {
    case caller
    case cutoff(minimizedBound: Double)
  }

  private let columnCount: Int
  private let minimizedCutoff: Double?
  private let onRelaxation: (([Double], Bool) -> RelaxationAnswer)?
  private let onIncumbent: ([Double]) -> SolveAction
  private var lastIncumbent: [Double]?
  /// Nil as long as nothing ended the search.
  private(set) var stop: Stop?

  /// A listener for one search.
  init(
    columnCount: Int, minimizedCutoff: Double?,
    onRelaxation: (([Double], Bool) -> RelaxationAnswer)?,
    onIncumbent: @escaping ([Double]) -> SolveAction
  ) {
    self.columnCount = columnCount
    self.onRelaxation = onRelaxation
    self.minimizedCutoff = minimizedCutoff
    self.onIncumbent = onIncumbent
  }

  /// Shows a candidate to the caller; CBC tells many of them twice.
  func hear(incumbent: [Double]) {
    guard incumbent != lastIncumbent else { return }
    lastIncumbent = incumbent
    if onIncumbent(incumbent) == .stop { stop = .caller }
  }

  /// Compares the best bound to the cutoff; bounds that are not set yet are huge.
  func hear(bound: Double) {
    guard let minimizedCutoff, bound.isUsableBound, bound >= minimizedCutoff else { return }
    stop = .cutoff(minimizedBound: bound)
  }

  /// Shows the point of a relaxation to the caller; returns the rows to add.
  func hear(relaxation: [Double], isInTree: Bool) -> [MILPRow] {
    switch onRelaxation?(relaxation, isInTree) ?? .goOn(cuts: []) {
    case .goOn(let cuts): return cuts
    case .stop:
      stop = .caller
      return []
    }
  }

  /// The function for C that shows relaxations, if anybody looks at them.
  var relaxationCallback: esp_relaxation_function? {
    guard onRelaxation != nil else { return nil }
    return { context, point, isInTree, cuts in
      guard let context = unsafe context, let point = unsafe point else { return 1 }
      let listener = unsafe Unmanaged<SearchListener>.fromOpaque(context).takeUnretainedValue()
      let values = unsafe UnsafeBufferPointer(start: point, count: listener.columnCount)
      let rows = listener.hear(relaxation: unsafe Array(values), isInTree: isInTree != 0)
      for row in rows {
        let indices = row.terms.map { Int32($0.column) }
        let coefficients = row.terms.map(\.coefficient)
        // A row that is refused is no loss: it only tightens.
        _ = unsafe esp_cuts_add(cuts, Int32(indices.count), indices, coefficients, row.upper)
      }
      return listener.stop == nil ? 0 : 1
    }
  }

  /// The function for C; the context is a listener.
  static let callback: esp_event_function = { context, event, bound, point in
    guard let context = unsafe context else { return 1 }
    let listener = unsafe Unmanaged<SearchListener>.fromOpaque(context).takeUnretainedValue()
    if let point = unsafe point {
      let values = unsafe UnsafeBufferPointer(start: point, count: listener.columnCount)
      listener.hear(incumbent: unsafe Array(values))
    } else {
      listener.hear(bound: bound)
    }
    return listener.stop == nil ? 0 : 1
  }
}

extension Double {
  /// False for the huge numbers that CBC has instead of a bound.
  var isUsableBound: Bool { magnitude < 1e20 }
}
