/// A copy of an array at an address that does not move, for C.
@safe
struct ForeignArray<Element: BitwiseCopyable>: ~Copyable {
  private let elements: UnsafeMutableBufferPointer<Element>

  /// Copies the elements.
  init(_ source: [Element]) {
    unsafe elements = .allocate(capacity: source.count)
    _ = unsafe elements.initialize(from: source)
  }

  deinit { unsafe elements.deallocate() }

  /// The address of the first element; null or dangling for an empty array.
  var address: UnsafePointer<Element>? { unsafe UnsafePointer(elements.baseAddress) }
}
