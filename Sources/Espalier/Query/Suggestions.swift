/// The inputs of a search with the largest values, few enough for an answer.
struct Suggestions {
  private var entries: [(value: Double, point: [Double])] = []

  /// The largest value so far; minus infinity at first.
  private(set) var largest = -Double.infinity

  /// The inputs, the best one last.
  var points: [[Double]] { entries.map(\.point) }

  /// Keeps an input if it is among the best.
  mutating func take(_ point: [Double], value: Double) {
    guard !value.isNaN, value >= entries.first?.value ?? value || !isFull else { return }
    let place = entries.firstIndex { $0.value > value } ?? entries.count
    entries.insert((value, point), at: place)
    if entries.count > UnitSearch.maximumPointCount { entries.removeFirst() }
    if value.isFinite { largest = max(largest, value) }
  }

  private var isFull: Bool { entries.count >= UnitSearch.maximumPointCount }
}
