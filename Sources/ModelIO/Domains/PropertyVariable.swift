/// A variable of a property file.
enum PropertyVariable: Hashable {
  /// An input of the network, from zero in C order.
  case input(Int)
  /// An output or hidden value of the network.
  case other
}
