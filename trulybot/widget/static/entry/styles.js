// In the joined file the CSS of this folder stands here.
export const styles = "";
