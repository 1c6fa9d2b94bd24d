// A second look at a digit that a model is unsure of. The twin of edgedigits/reading/second_look.py.

const SIDE = 28;
const MOVES = [[-1, 0], [1, 0], [0, -1], [0, 1]]; // rows and columns

/** Better probabilities of a 28x28 picture: the mean of `first` and of the answers to it moved by one pixel each way. */
export async function again(answer, picture, first) {
  const others = await Promise.all(MOVES.map(([down, right]) => answer(moved(picture, down, right))));
  const all = [first, ...others];
  return Float32Array.from(first, (_, place) => all.reduce((sum, each) => sum + each[place], 0) / all.length);
}

/** A picture (Uint8Array of 28x28) moved by so many pixels; zeros come in. */
function moved(picture, down, right) {
  return picture.map((_, at) => {
    const column = (at % SIDE) - right;
    return column >= 0 && column < SIDE ? picture[at - SIDE * down - right] : 0; // undefined becomes 0, too
  });
}
