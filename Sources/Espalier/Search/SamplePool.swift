internal import Certificates
internal import NeuralNetwork

/// Inputs that have been pushed through the network, and for each unit the two that reach furthest.
///
/// Values are plain doubles: they say which inputs are worth confirming, and nothing more.
struct SamplePool {
  /// The largest and smallest pre-activation seen of one unit, with the inputs that have them.
  struct Extremes {
    var largest = -Double.infinity
    var smallest = Double.infinity
    var largestPoint = -1
    var smallestPoint = -1
  }

  /// The extremes of each unit, layer by layer.
  private(set) var extremes: [[Extremes]]
  /// The inputs that some unit refers to, by number.
  private(set) var points: [Int: [Double]] = [:]
  /// The number of inputs that were pushed through.
  private(set) var sampleCount = 0
  private var nextPoint = 0

  let network: Network

  init(network: Network) {
    self.network = network
    extremes = network.layers.map { Array(repeating: Extremes(), count: $0.unitCount) }
  }

  /// Pushes inputs of the domain through the network and keeps those that reach further.
  ///
  /// - Returns: The pre-activations of every layer.
  @discardableResult
  mutating func add(_ inputs: BatchMatrix) -> [BatchMatrix] {
    let values = network.preactivations(of: inputs)
    sampleCount += inputs.rowCount
    var numbers = [Int?](repeating: nil, count: inputs.rowCount)
    for k in values.indices {
      for j in 0..<values[k].columnCount {
        for i in 0..<inputs.rowCount {
          update(UnitID(layer: k, index: j), values[k][i, j], sample: i, of: inputs, &numbers)
        }
      }
    }
    discardUnusedPoints()
    return values
  }

  /// The extremes of a unit.
  subscript(unit: UnitID) -> Extremes { extremes[unit.layer][unit.index] }

  /// True if some input has shown the sign that a proof of this side would exclude.
  func shows(_ unit: UnitID, _ side: Side) -> Bool {
    side == .upper ? self[unit].largest > 0 : self[unit].smallest < 0
  }

  private mutating func update(
    _ unit: UnitID, _ value: Double, sample i: Int, of inputs: BatchMatrix,
    _ numbers: inout [Int?]
  ) {
    guard value.isFinite else { return }
    let isLargest = value > extremes[unit.layer][unit.index].largest
    let isSmallest = value < extremes[unit.layer][unit.index].smallest
    guard isLargest || isSmallest else { return }
    if numbers[i] == nil {
      numbers[i] = nextPoint
      points[nextPoint] = inputs.row(i)
      nextPoint += 1
    }
    if isLargest {
      extremes[unit.layer][unit.index].largest = value
      extremes[unit.layer][unit.index].largestPoint = numbers[i] ?? -1
    }
    if isSmallest {
      extremes[unit.layer][unit.index].smallest = value
      extremes[unit.layer][unit.index].smallestPoint = numbers[i] ?? -1
    }
  }

  private mutating func discardUnusedPoints() {
    var used: Set<Int> = []
    for layer in extremes {
      for unit in layer { used.formUnion([unit.largestPoint, unit.smallestPoint]) }
    }
    points = points.filter { used.contains($0.key) }
  }
}
