/// What operators that only move axes make of a shape; nil where they would mix samples with
/// features or change the order of the features.
extension DataShape {
  /// `Flatten`: the axes before `axis` become one, the others another.
  func flattened(axis: Int) -> DataShape? {
    let position = axis < 0 ? axis + axes.count : axis
    guard (0...axes.count).contains(position) else { return nil }
    let before = axes[..<position]
    let features = Axis.features(featureCount)
    if before.allSatisfy({ $0 == .batch || isSingle($0) }), before.contains(.batch) {
      return DataShape(axes: [.batch, features], batchSize: batchSize)
    }
    // The batch melts into the features: the model runs on one sample at a time.
    guard !axes.contains(.batch) || batchSize == nil || batchSize == 1 else { return nil }
    if before.allSatisfy(isSingle) {
      return DataShape(axes: [.features(1), features], batchSize: nil)
    }
    let left = before.reduce(1) { count, axis in
      if case .features(let size) = axis { count * size } else { count }
    }
    return DataShape(
      axes: [.features(left), .features(featureCount / left)], batchSize: nil)
  }

  /// `Reshape` to `target`, where 0 copies an axis (unless `allowsZero`) and -1 takes the rest.
  func reshaped(to target: [Int], allowsZero: Bool) -> DataShape? {
    var isBatch = target.map { _ in false }
    var sizes = target
    for i in target.indices where target[i] == 0 {
      guard !allowsZero, i < axes.count else { return nil }
      switch axes[i] {
      case .batch: isBatch[i] = true
      case .features(let size): sizes[i] = size
      }
    }
    guard sizes.indices.allSatisfy({ isBatch[$0] || sizes[$0] == -1 || sizes[$0] > 0 }),
      isBatch.dropFirst().allSatisfy({ !$0 }), target.count(where: { $0 == -1 }) <= 1
    else { return nil }
    if isBatch.first == true { return withBatchFirst(Array(sizes.dropFirst())) }
    if let first = sizes.first, sizes.count > 1, axes.contains(.batch),
      first == -1 || first == batchSize, let shape = withBatchFirst(Array(sizes.dropFirst()))
    {
      return shape
    }
    // A fixed first axis on a free batch: the model runs on one sample at a time.
    guard !axes.contains(.batch) || batchSize == nil || batchSize == 1,
      let features = Self.filling(sizes, count: featureCount)
    else { return nil }
    return DataShape(axes: features.map { .features($0) }, batchSize: nil)
  }

  private func withBatchFirst(_ sizes: [Int]) -> DataShape? {
    guard let features = Self.filling(sizes, count: featureCount) else { return nil }
    return DataShape(axes: [.batch] + features.map { .features($0) }, batchSize: batchSize)
  }

  /// The sizes with -1 replaced so that their product is `count`; nil if that cannot be.
  private static func filling(_ sizes: [Int], count: Int) -> [Int]? {
    var product = 1
    for size in sizes where size != -1 {
      let next = product.multipliedReportingOverflow(by: size)
      guard !next.overflow, next.partialValue > 0 else { return nil }
      product = next.partialValue
    }
    guard sizes.contains(-1) ? count % product == 0 : count == product else { return nil }
    return sizes.map { $0 == -1 ? count / product : $0 }
  }

  /// `Squeeze`: axes of one number go; all of them if none is named.
  func squeezed(_ named: [Int]?) -> DataShape? {
    let positions = (named ?? axes.indices.filter { isSingle(axes[$0]) })
      .map { $0 < 0 ? $0 + axes.count : $0 }
    guard Set(positions).count == positions.count,
      positions.allSatisfy({ axes.indices.contains($0) && isSingle(axes[$0]) })
    else { return nil }
    let rest = axes.indices.filter { !positions.contains($0) }.map { axes[$0] }
    return DataShape(axes: rest, batchSize: rest.contains(.batch) ? batchSize : nil)
  }

  /// `Unsqueeze`: new axes of one number at these places of the result.
  func unsqueezed(_ named: [Int]) -> DataShape? {
    let rank = axes.count + named.count
    let positions = Set(named.map { $0 < 0 ? $0 + rank : $0 })
    guard positions.count == named.count, rank <= ModelLimits.tensorRank,
      positions.allSatisfy({ (0..<rank).contains($0) })
    else { return nil }
    var rest = axes[...]
    let result = (0..<rank).map { position in
      positions.contains(position) ? Axis.features(1) : rest.popFirst() ?? .features(1)
    }
    return DataShape(axes: result, batchSize: batchSize)
  }

  /// `Transpose`, if it moves nothing but axes of one number.
  func transposed(_ permutation: [Int]?) -> DataShape? {
    let order = permutation ?? axes.indices.reversed()
    guard order.sorted() == Array(axes.indices) else { return nil }
    let moved = order.filter { !isSingle(axes[$0]) }
    guard moved == moved.sorted() else { return nil }
    return DataShape(axes: order.map { axes[$0] }, batchSize: batchSize)
  }
}
