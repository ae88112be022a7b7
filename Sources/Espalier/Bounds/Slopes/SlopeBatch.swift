/// The working memory of a batch of rows: one row is one bound, with its multipliers.
///
/// Matrices have one number per position of the network and row, row-major. Rows that are done are
/// moved behind those that are not.
final class SlopeBatch {
  let network: SlopeNetwork
  let capacity: Int
  /// The rows in use.
  var rowCount = 0
  /// The first rows, which are worked on; those behind are done.
  var activeCount = 0
  /// The number under which a row was loaded.
  var numbers: [Int]
  var constants: [Double]
  /// The bound of each row with its present multipliers, and the best so far.
  var bounds: [Double]
  var bestBounds: [Double]
  /// The mean coefficient of each layer, row by row.
  var scales: [Float]

  /// The coefficients with which the target reads the last layer.
  let objectives: UnsafeMutablePointer<Float>
  let objectiveWidth: Int
  /// What is known of each unit in this row: a `SlopeNetwork.Kind`.
  let kinds: UnsafeMutablePointer<UInt8>
  /// The free slope of an open unit with a negative coefficient.
  let alphas: UnsafeMutablePointer<Float>
  /// What is added to a unit's multiplier.
  let shifts: UnsafeMutablePointer<Float>
  /// The coefficients of outputs.
  let coefficients: UnsafeMutablePointer<Float>
  /// The coefficients of pre-activations.
  let multipliers: UnsafeMutablePointer<Float>
  /// The pre-activations that the relaxation has at the best corner of the box.
  let values: UnsafeMutablePointer<Float>
  let outputs: UnsafeMutablePointer<Float>
  /// The coefficients of the inputs; after a forward pass the best corner.
  let inputs: UnsafeMutablePointer<Float>
  /// The parameters and multipliers of the best bound.
  let bestAlphas: UnsafeMutablePointer<Float>
  let bestShifts: UnsafeMutablePointer<Float>
  let bestMultipliers: UnsafeMutablePointer<Float>
  /// First and second moments of the gradients.
  let alphaMoments: UnsafeMutablePointer<Float>
  let alphaSquares: UnsafeMutablePointer<Float>
  let shiftMoments: UnsafeMutablePointer<Float>
  let shiftSquares: UnsafeMutablePointer<Float>

  /// Copies of the network's numbers: by position, and by input.
  let unitLower: UnsafeMutablePointer<Float>
  let unitUpper: UnsafeMutablePointer<Float>
  let unitSlopes: UnsafeMutablePointer<Float>
  let inputLower: UnsafeMutablePointer<Float>
  let inputUpper: UnsafeMutablePointer<Float>

  private let blocks: [UnsafeMutablePointer<Float>]

  init(network: SlopeNetwork, capacity: Int) {
    self.network = network
    self.capacity = capacity
    numbers = Array(repeating: 0, count: capacity)
    constants = Array(repeating: 0, count: capacity)
    bounds = constants
    bestBounds = constants
    scales = Array(repeating: 0, count: capacity * network.parts.count)
    objectiveWidth = network.parts.last?.units.count ?? network.inputLower.count
    let size = max(1, capacity * network.unitCount)
    kinds = .allocate(capacity: size)
    let widths =
      Array(repeating: size, count: 13) + [
        max(1, capacity * objectiveWidth), max(1, capacity * network.inputLower.count),
      ]
    let copied = [
      network.lower, network.upper, network.slopes, network.inputLower, network.inputUpper,
    ]
    blocks = widths.map { .allocate(capacity: $0) } + copied.map(Self.copy)
    alphas = blocks[0]
    shifts = blocks[1]
    coefficients = blocks[2]
    multipliers = blocks[3]
    values = blocks[4]
    outputs = blocks[5]
    bestAlphas = blocks[6]
    bestShifts = blocks[7]
    bestMultipliers = blocks[8]
    alphaMoments = blocks[9]
    alphaSquares = blocks[10]
    shiftMoments = blocks[11]
    shiftSquares = blocks[12]
    objectives = blocks[13]
    inputs = blocks[14]
    unitLower = blocks[15]
    unitUpper = blocks[16]
    unitSlopes = blocks[17]
    inputLower = blocks[18]
    inputUpper = blocks[19]
  }

  private static func copy(_ numbers: [Float]) -> UnsafeMutablePointer<Float> {
    let block = UnsafeMutablePointer<Float>.allocate(capacity: max(1, numbers.count))
    block.initialize(from: numbers, count: numbers.count)
    return block
  }

  deinit {
    blocks.forEach { $0.deallocate() }
    kinds.deallocate()
  }
}
