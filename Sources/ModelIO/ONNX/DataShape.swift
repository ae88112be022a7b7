/// The shape of the value that flows through a chain, with the place of the batch axis.
///
/// Every sample of a batch passes through the network alone. A shape therefore is a list of axes
/// of which one may be the batch; the others together hold the features of one sample, in C order.
struct DataShape: Hashable, Sendable {
  /// One axis.
  enum Axis: Hashable, Sendable {
    /// Counts samples.
    case batch
    /// Counts features.
    case features(Int)
  }

  /// The axes.
  let axes: [Axis]
  /// The size of the batch if the model fixes it.
  let batchSize: Int?

  /// The number of features of one sample.
  var featureCount: Int {
    axes.reduce(1) { count, axis in
      if case .features(let size) = axis { count * size } else { count }
    }
  }

  /// True for axes that hold one number.
  func isSingle(_ axis: Axis) -> Bool {
    switch axis {
    case .batch: batchSize == 1
    case .features(let size): size == 1
    }
  }

  /// True if the last axis holds all features, so that a matrix on the right works on them.
  var hasFeaturesLast: Bool {
    guard let last = axes.last, case .features(let size) = last else { return false }
    return size == featureCount
  }

  /// True if the axis before the last holds all features: a column for a matrix on the left.
  var isColumn: Bool {
    guard axes.count > 1, isSingle(axes[axes.count - 1]) else { return false }
    return axes[axes.count - 2] == .features(featureCount)
      && axes[..<(axes.count - 2)].allSatisfy { $0 == .batch || isSingle($0) }
  }

  /// The column with another number of features.
  func replacingColumn(with size: Int) -> DataShape {
    DataShape(
      axes: axes.dropLast(2) + [.features(size), axes[axes.count - 1]], batchSize: batchSize)
  }

  /// The shape with another number of features on the last axis.
  func replacingLast(with size: Int) -> DataShape {
    DataShape(axes: axes.dropLast() + [.features(size)], batchSize: batchSize)
  }

  /// The shape of a graph input or nil if its features are not fixed numbers.
  ///
  /// With two axes or more the first is the batch, unless the data is said to be one column.
  init?(input: Onnx_ValueInfoProto, isColumn: Bool) throws(ModelFault) {
    guard input.type.tensorType.hasShape else { return nil }
    let dimensions = input.type.tensorType.shape.dim
    let name = PrintableName(input.name).description
    guard !dimensions.isEmpty else { return nil }
    let hasBatch = dimensions.count > (isColumn ? 2 : 1)
    var axes: [Axis] = hasBatch ? [.batch] : []
    for dimension in dimensions.dropFirst(hasBatch ? 1 : 0) {
      guard case .dimValue(let size) = dimension.value, size > 0, size <= ModelLimits.tensorElements
      else { return nil }
      axes.append(.features(Int(size)))
    }
    _ = try TensorDecoding.elementCount(
      of: axes.map { if case .features(let size) = $0 { Int64(size) } else { 1 } }, name: name)
    var batchSize: Int?
    if hasBatch, case .dimValue(let size) = dimensions[0].value, size > 0,
      size <= ModelLimits.tensorElements
    {
      batchSize = Int(size)
    }
    self.init(axes: axes, batchSize: batchSize)
  }

  /// A shape from its parts.
  init(axes: [Axis], batchSize: Int?) {
    self.axes = axes
    self.batchSize = batchSize
  }
}

extension DataShape: CustomStringConvertible {
  var description: String {
    let texts = axes.map { axis in
      switch axis {
      case .batch: batchSize.map { "\($0)" } ?? "batch"
      case .features(let size): "\(size)"
      }
    }
    return "[\(texts.joined(separator: ", "))]"
  }
}
